export interface RawResponse {
  readonly status: number;
  /** Its bytes, one character each. */
  readonly body: string;
  /** Whether the server closes the connection after it. */
  readonly isLast: boolean;
}

/**
 * Reads the responses, in Latin-1, of one connection that has one request at a time. It does only what a load
 * driver needs, so that it costs little.
 */
export function createResponseReader(onResponse: (response: RawResponse) => void) {
  let text = '';
  return function push(chunk: string): void {
    text += chunk;
    const headEnd = text.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = text.slice(0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const rest = text.slice(headEnd + 4);
    if (length === undefined ? !rest.endsWith('0\r\n\r\n') : rest.length < Number(length)) return;
    text = '';
    const body = length === undefined ? withoutChunkHeads(rest) : rest;
    const isLast = /\r\nconnection: *close/i.test(head);
    onResponse({ status: Number(head.slice(9, 12)), body, isLast });
  };
}

function withoutChunkHeads(chunked: string): string {
  let body = '';
  let at = 0;
  for (;;) {
    const lineEnd = chunked.indexOf('\r\n', at);
    const size = Number.parseInt(chunked.slice(at, lineEnd), 16);
    if (!(size > 0)) return body;
    body += chunked.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
}
