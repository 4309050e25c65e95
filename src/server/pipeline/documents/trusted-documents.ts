import { sortExecutableDocument } from '@graphql-tools/documents';
import { print, type DocumentNode } from 'graphql';
import { z } from 'zod';
import { GatewayError } from '../../../common/errors.ts';
import { parseWithinLimits } from './parse-within-limits.ts';

/** The documents that are registered with this gateway. */
export interface TrustedDocuments {
  /** The text of the document with this id, which is the hash in its manifest. Null if there is none. */
  textOf(id: string): string | null;
  /** Whether a document is registered. Its layout and the order of its fields do not matter. */
  has(document: DocumentNode): boolean;
}

export interface TrustedText {
  readonly id: string;
  readonly text: string;
}

/** @throws Error that names the document that cannot be parsed, or the id that two documents share. */
export function createTrustedDocuments(
  registered: readonly TrustedText[],
  /** Further trusted documents, which have no id. */
  others: readonly string[] = [],
): TrustedDocuments {
  const texts = new Map<string, string>();
  const contents = new Set(others.map((text) => contentOf(parseWithinLimits(text))));
  for (const { id, text } of registered) {
    if ((texts.get(id) ?? text) !== text) throw new Error(`${id} stands for two documents`);
    texts.set(id, text);
    contents.add(contentOf(parseRegistered(id, text)));
  }
  return {
    textOf: (id) => texts.get(id) ?? texts.get(`${ALGORITHM}${id}`) ?? null,
    has: (document) => contents.has(contentOf(document)),
  };
}

/** GraphQL Code Generator puts this prefix before the hash; clients that send `sha256Hash` leave it out. */
const ALGORITHM = 'sha256:';

function parseRegistered(id: string, text: string): DocumentNode {
  try {
    return parseWithinLimits(text);
  } catch (cause) {
    throw new Error(`${id}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/**
 * The content of a document in a normal form, without its layout and field order. The root fields of a
 * mutation keep their order, because they run in that order.
 */
function contentOf(document: DocumentNode): string {
  return print(sortExecutableDocument(document));
}

const byHash = z
  .record(z.string(), z.string())
  .transform((texts) => Object.entries(texts).map(([id, text]) => ({ id, text })));

const apolloManifest = z
  .object({
    format: z.literal('apollo-persisted-query-manifest'),
    version: z.literal(1),
    operations: z.array(z.object({ id: z.string(), body: z.string() })),
  })
  .transform(({ operations }) => operations.map(({ id, body }) => ({ id, text: body })));

/**
 * The JSON of a manifest: texts by hash, as GraphQL Code Generator and Relay write them, or Apollo's manifest
 * format.
 */
export const trustedManifest = z.union(
  [apolloManifest, byHash],
  'is not a manifest of trusted documents',
);

/** The document is not registered, and only registered documents may run. */
export function untrusted() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'Only registered documents run here: register this one with TRUSTED_DOCUMENTS_FILE.',
  );
}

/** The request names a document that is not registered. */
export function unregistered() {
  return new GatewayError('BAD_USER_INPUT', 'No document is registered here under this id.');
}

/** The request neither contains a document nor names one. */
export function noDocument() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'Send a query, or the id of a registered document in extensions.persistedQuery.sha256Hash.',
  );
}
