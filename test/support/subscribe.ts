import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Result } from './graphql-client.ts';

interface Target {
  readonly endpoint: string;
}

export interface Subscriber extends Disposable {
  /** Subscribes. Every event is awaited with `next()`, and `return()` unsubscribes. */
  subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncIterableIterator<Result<Data>, undefined>;
}

/** The part of both clients that a subscriber needs. */
interface Client {
  iterate<Data>(request: Request): AsyncIterableIterator<Result<Data>, undefined>;
  dispose(): unknown;
}

interface Request {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

function subscriberOf(client: Client): Subscriber {
  return {
    subscribe: <Data, Variables extends Record<string, unknown>>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
    ) => client.iterate<Data>({ query: print(document), variables }),
    [Symbol.dispose]: () => void client.dispose(),
  };
}

/** Both transports of subscriptions, with the clients that frontends use. */
export const subscribers = {
  'server-sent events': ({ endpoint }: Target) =>
    subscriberOf(createEventStreamClient({ url: endpoint, retryAttempts: 0 })),
  WebSocket: ({ endpoint }: Target) =>
    subscriberOf(
      createWebSocketClient({
        url: endpoint.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      }),
    ),
} as const;
