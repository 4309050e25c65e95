import type { IncomingMessage } from 'node:http';

/** Whether a request says that it has a body, which may have been read by now. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
}
