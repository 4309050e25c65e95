import type { IncomingMessage } from 'node:http';

/**
 * Whether the page that opened this connection is allowed to. Browsers send `Origin` with every WebSocket but
 * no preflight request, so without this check any page could act for its visitor. Other clients send no
 * `Origin`.
 */
export function isAllowedOrigin(request: IncomingMessage, corsOrigins: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || corsOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
