import { tryParseJSONC } from '@graphiql/react';
import { isRecord } from './answer.ts';

/**
 * The headers editor holds whatever JSON a person typed; a value that is no text is sent as its JSON.
 *
 * @throws TypeError where a name or a value cannot stand in a header.
 */
export function headersOf(given: unknown): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(isRecord(given) ? given : {})) {
    headers.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return headers;
}

/** What the text of the headers editor says. Null while it is no JSON yet, or cannot be sent. */
export function parseHeaders(text: string): Headers | null {
  try {
    return headersOf(tryParseJSONC(text));
  } catch {
    return null;
  }
}

/** Whether there is anything among them by which the gateway could know who calls. */
export function holdCredential(headers: Headers): boolean {
  return ['X-API-Key', 'Authorization'].some((name) => headers.get(name)?.trim());
}
