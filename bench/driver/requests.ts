export interface Query {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What one server or another wants to see before it takes a request. All of them are sent the same. */
export const PREFLIGHT = {
  'graphql-preflight': '1',
  'apollo-require-preflight': '1',
  'mercurius-require-preflight': '1',
};

/** The bytes of a `POST` with this body. */
export function postBytes(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ ...headers, 'content-length': String(bytes.length) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([
    Buffer.from(`POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n${head}\r\n`),
    bytes,
  ]);
}

/** The bytes of a GraphQL request as JSON. */
export function queryBytes(
  url: URL,
  query: Query,
  accept = 'application/json',
): Buffer<ArrayBuffer> {
  const headers = { 'content-type': 'application/json', accept, ...PREFLIGHT };
  return postBytes(url, headers, JSON.stringify(query));
}
