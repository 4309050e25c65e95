import { tryParseJSONC } from '@graphiql/react';
import { isRecord } from './answer.ts';

/**
 * The headers editor holds arbitrary JSON. A value that is not a string is sent as its JSON.
 *
 * @throws TypeError if a name or a value is invalid in a header.
 */
export function headersOf(given: unknown): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(isRecord(given) ? given : {})) {
    headers.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return headers;
}

/** Parses the text of the headers editor. Null while it is not valid JSON, or cannot be sent. */
export function parseHeaders(text: string): Headers | null {
  try {
    return headersOf(tryParseJSONC(text));
  } catch {
    return null;
  }
}

/** Whether the headers contain a credential by which the gateway could identify the principal. */
export function holdCredential(headers: Headers): boolean {
  return ['X-API-Key', 'Authorization'].some((name) => headers.get(name)?.trim());
}
