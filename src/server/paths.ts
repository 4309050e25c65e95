import type { IncomingMessage } from 'node:http';

/** The GraphQL endpoint, for HTTP and WebSocket. */
export const GRAPHQL_PATH = '/graphql';

/** The requested path without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const [path = '/'] = url.split('?', 1);
  return path;
}
