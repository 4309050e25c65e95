import type { IncomingMessage } from 'node:http';

/** The GraphQL endpoint, for HTTP and WebSocket. */
export const GRAPHQL_PATH = '/graphql';

/** The requested path without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
