import { ApolloClient, HttpLink, InMemoryCache, type ApolloLink } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { WebSocketLink } from '@apollo/client/link/ws';
import { Client, fetchExchange } from '@urql/core';
import * as apollo3 from 'apollo-client-3/core/core.cjs';
import type { ApolloLink as ApolloLink3 } from 'apollo-client-3/link/core/core.cjs';
import { HttpLink as HttpLink3 } from 'apollo-client-3/link/http/http.cjs';
import { GraphQLWsLink as GraphQLWsLink3 } from 'apollo-client-3/link/subscriptions/subscriptions.cjs';
import { WebSocketLink as WebSocketLink3 } from 'apollo-client-3/link/ws/ws.cjs';
import { EventSource } from 'eventsource';
import { parse, print } from 'graphql';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import relay from 'relay-runtime';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import { WebSocket } from 'ws';
import allReadySubscription from '../fixtures/relay/operationsAllReadySubscription.graphql.ts';
import type { ClientVersion } from './client-runs.ts';
import { createRelayEnvironment } from './relay.ts';

export interface Observer {
  readonly next: (result: unknown) => void;
  readonly complete: () => void;
}

/** A client with the settings that its documentation begins with. */
export interface SubscribingClient {
  readonly client: string;
  readonly version: ClientVersion;
  readonly over: string;
  readonly needs?: string;
  /** Whether it tells the end of a stream. */
  readonly completes: boolean;
  /** Returns what ends the client. */
  readonly subscribe: (endpoint: string, observer: Observer) => () => unknown;
}

export const IDS = ['a', 'b'] as const;
const variables = { ids: [...IDS] };
const query = parse('subscription ($ids: [ID!]!) { photosReady(ids: $ids) { id } }');
const request = { query: print(query), variables };

const webSocket = (endpoint: string) =>
  createWebSocketClient({ url: endpoint.replace('http', 'ws'), webSocketImpl: WebSocket });

/** By default it gives a connection up after a second, with an error that nobody catches. */
const olderSocket = (endpoint: string) =>
  new SubscriptionClient(endpoint.replace('http', 'ws'), { minTimeout: 30_000 }, WebSocket);

function byApollo4(link: ApolloLink, observer: Observer) {
  const client = new ApolloClient({ cache: new InMemoryCache(), link });
  client.subscribe({ query, variables }).subscribe(observer);
  return () => client.stop();
}

function byApollo3(link: ApolloLink3, observer: Observer) {
  const client = new apollo3.ApolloClient({ cache: new apollo3.InMemoryCache(), link });
  client.subscribe({ query, variables }).subscribe(observer);
  return () => client.stop();
}

/** urql, which lets each of its observers end only by unsubscribing. */
function byUrql(url: string, observer: Observer, fetchOptions: RequestInit) {
  const client = new Client({
    url,
    exchanges: [fetchExchange],
    fetchSubscriptions: true,
    preferGetMethod: false,
    fetchOptions,
  });
  const events = client.subscription(query, variables);
  const running = events.subscribe((result) => observer.next(result));
  return () => running.unsubscribe();
}

const APOLLO_4 = { client: 'Apollo Client', version: { package: '@apollo/client' } };
const APOLLO_3 = { client: 'Apollo Client', version: { package: 'apollo-client-3' } };
const URQL = { client: 'urql', version: { package: '@urql/core' }, completes: false };

export const subscribingClients: readonly SubscribingClient[] = [
  {
    ...APOLLO_4,
    over: "Apollo's multipart protocol (`HttpLink`)",
    completes: true,
    subscribe: (uri, observer) => byApollo4(new HttpLink({ uri }), observer),
  },
  {
    ...APOLLO_3,
    over: "Apollo's multipart protocol (`HttpLink`)",
    completes: true,
    subscribe: (uri, observer) => byApollo3(new HttpLink3({ uri }), observer),
  },
  {
    ...APOLLO_4,
    over: 'WebSocket (`GraphQLWsLink`)',
    completes: true,
    subscribe: (uri, observer) => byApollo4(new GraphQLWsLink(webSocket(uri)), observer),
  },
  {
    ...APOLLO_3,
    over: 'WebSocket (`GraphQLWsLink`)',
    completes: true,
    subscribe: (uri, observer) => byApollo3(new GraphQLWsLink3(webSocket(uri)), observer),
  },
  {
    ...APOLLO_4,
    over: 'the older WebSocket protocol (`WebSocketLink`)',
    completes: true,
    subscribe(uri, observer) {
      const socket = olderSocket(uri);
      byApollo4(new WebSocketLink(socket), observer);
      return () => socket.close();
    },
  },
  {
    ...APOLLO_3,
    over: 'the older WebSocket protocol (`WebSocketLink`)',
    completes: true,
    subscribe(uri, observer) {
      const socket = olderSocket(uri);
      byApollo3(new WebSocketLink3(socket), observer);
      return () => socket.close();
    },
  },
  {
    client: 'subscriptions-transport-ws',
    version: { package: 'subscriptions-transport-ws' },
    over: 'the older WebSocket protocol',
    completes: true,
    subscribe(uri, observer) {
      const socket = olderSocket(uri);
      socket.request(request).subscribe(observer);
      return () => socket.close();
    },
  },
  {
    client: 'graphql-ws',
    version: { package: 'graphql-ws' },
    over: 'WebSocket',
    completes: true,
    subscribe(uri, { next, complete }) {
      const client = webSocket(uri);
      client.subscribe(request, { next, complete, error: next });
      return () => client.dispose();
    },
  },
  {
    client: 'graphql-sse',
    version: { package: 'graphql-sse' },
    over: 'server-sent events',
    completes: true,
    subscribe(url, { next, complete }) {
      const client = createEventStreamClient({ url });
      client.subscribe(request, { next, complete, error: next });
      return () => client.dispose();
    },
  },
  {
    ...URQL,
    over: 'server-sent events',
    needs: '`fetchSubscriptions`',
    subscribe: (url, observer) => byUrql(url, observer, {}),
  },
  {
    ...URQL,
    over: 'incremental delivery',
    needs: '`fetchSubscriptions`, `fetchOptions.headers.accept`',
    subscribe: (url, observer) => byUrql(url, observer, { headers: { accept: 'multipart/mixed' } }),
  },
  {
    client: 'Relay',
    version: { package: 'relay-runtime' },
    over: 'WebSocket (graphql-ws)',
    completes: true,
    subscribe(endpoint, observer) {
      const socket = webSocket(endpoint);
      const environment = createRelayEnvironment({ endpoint, socket });
      relay.requestSubscription(environment, {
        subscription: allReadySubscription,
        variables,
        onNext: (data) => observer.next({ data }),
        onCompleted: observer.complete,
      });
      return () => socket.dispose();
    },
  },
  {
    client: 'EventSource of eventsource',
    version: { package: 'eventsource' },
    over: 'server-sent events',
    completes: true,
    subscribe(endpoint, { next, complete }) {
      const parameters = { query: request.query, variables: JSON.stringify(variables) };
      const source = new EventSource(`${endpoint}?${new URLSearchParams(parameters)}`);
      source.addEventListener('next', ({ data }) => next(JSON.parse(String(data))));
      source.addEventListener('complete', complete);
      return () => source.close();
    },
  },
];
