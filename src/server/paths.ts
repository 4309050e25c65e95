import type { IncomingMessage } from 'node:http';

/** Where GraphQL is spoken, over HTTP and over WebSocket. */
export const GRAPHQL_PATH = '/graphql';

/** The path that is asked for, without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const [path = '/'] = url.split('?', 1);
  return path;
}
