import type { IncomingMessage } from 'node:http';

/**
 * Whether the page that opened this connection may. Browsers send `Origin` with every WebSocket and do
 * not ask before they connect, so that any page could otherwise speak for its visitor. Others send none.
 */
export function isAllowedOrigin(request: IncomingMessage, corsOrigins: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || corsOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
