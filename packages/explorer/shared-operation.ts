import { Kind } from 'graphql';
import { isRecord, parseJson } from './answer.ts';
import { parseDocument } from './operation.ts';

/** An operation as a link carries it. Never with headers: a link is no place for a key. */
export interface SharedOperation {
  readonly query: string;
  /** JSON; empty if there are none. */
  readonly variables: string;
  /** Which operation of the document; null for the only one. */
  readonly name: string | null;
}

/** The longest fragment that is written or read, in characters. */
export const MAX_FRAGMENT_LENGTH = 16_000;

/** The fragment of a link that opens this operation; null if it would be too long. */
export function encodeOperation({ query, variables, name }: SharedOperation): string | null {
  const fields = new URLSearchParams({ query });
  if (variables.trim() !== '') fields.set('variables', variables);
  if (name !== null) fields.set('name', name);
  const fragment = `#${fields.toString()}`;
  return fragment.length > MAX_FRAGMENT_LENGTH ? null : fragment;
}

/**
 * The operation in the fragment of an address; null if it carries none. Anybody can write such a
 * link.
 *
 * @throws Error with a text for the user if it is no operation that this page can open.
 */
export function decodeOperation(fragment: string): SharedOperation | null {
  if (!fragment.startsWith('#query=')) return null;
  if (fragment.length > MAX_FRAGMENT_LENGTH) throw new Error('it is too long');
  const fields = new URLSearchParams(fragment.slice(1));
  const query = fields.get('query') ?? '';
  const variables = fields.get('variables') ?? '';
  const name = fields.get('name');
  const operations = (parseDocument(query)?.definitions ?? []).filter(
    (one) => one.kind === Kind.OPERATION_DEFINITION,
  );
  if (operations.length === 0) throw new Error('it holds no operation');
  if (name !== null && !operations.some((one) => one.name?.value === name)) {
    throw new Error('it names an operation that it does not hold');
  }
  if (variables !== '' && !isRecord(parseJson(variables))) {
    throw new Error('its variables are no JSON object');
  }
  return { query, variables, name };
}
