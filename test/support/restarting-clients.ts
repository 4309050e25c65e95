import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { WebSocketLink } from '@apollo/client/link/ws';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import * as apollo3 from 'apollo-client-3/core/core.cjs';
import { ApolloLink as ApolloLink3 } from 'apollo-client-3/link/core/core.cjs';
import { onError } from 'apollo-client-3/link/error/error.cjs';
import { HttpLink as HttpLink3 } from 'apollo-client-3/link/http/http.cjs';
import { RetryLink as RetryLink3 } from 'apollo-client-3/link/retry/retry.cjs';
import { GraphQLWsLink as GraphQLWsLink3 } from 'apollo-client-3/link/subscriptions/subscriptions.cjs';
import { WebSocketLink as WebSocketLink3 } from 'apollo-client-3/link/ws/ws.cjs';
import { parse, print, type GraphQLFormattedError } from 'graphql';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import relay from 'relay-runtime';
import { firstValueFrom, type Observable } from 'rxjs';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import { WebSocket } from 'ws';
import { GatewayError } from '../../examples/gateway-error.ts';
import { createResubscribeLink } from '../../examples/resubscribe-link.ts';
import { untilEvent } from '../../examples/until-event.ts';
import readySubscription from '../fixtures/relay/operationsReadySubscription.graphql.ts';
import type { ClientVersion } from './client-runs.ts';
import { createRelayEnvironment } from './relay.ts';

/** A gateway, and the key of a client. */
export interface Target {
  readonly endpoint: string;
  readonly key: string;
}

/** A client that is set up as docs/clients.md says. */
export interface RestartingClient {
  readonly client: string;
  readonly version: ClientVersion;
  readonly over: string;
  /** What it needs to subscribe again by itself. */
  readonly needs: string;
  /** Resolves with the result of the event, however often the gateway restarts before it. */
  readonly eventOf: (target: Target) => Promise<unknown>;
}

export const ID = 'a';
export const QUERY = 'subscription ($id: ID!) { photoReady(id: $id) { id } }';
const query = parse(QUERY);
const variables = { id: ID };
const request = { query: print(query), variables };
const headersOf = ({ key }: Target) => ({ 'x-api-key': key });
const addressOf = ({ endpoint }: Target) => endpoint.replace('http', 'ws');

function openSocket(target: Target) {
  return createWebSocketClient({
    url: addressOf(target),
    webSocketImpl: WebSocket,
    connectionParams: headersOf(target),
    shouldRetry: () => true,
  });
}

function openOlderSocket(target: Target) {
  const options = { reconnect: true, minTimeout: 30_000, connectionParams: headersOf(target) };
  return new SubscriptionClient(addressOf(target), options, WebSocket);
}

async function byApollo4(link: ApolloLink): Promise<unknown> {
  const client = new ApolloClient({ cache: new InMemoryCache(), link });
  const events: Observable<unknown> = client.subscribe({ query, variables });
  return firstValueFrom(events).finally(() => client.stop());
}

async function byApollo3(link: ApolloLink3): Promise<unknown> {
  const client = new apollo3.ApolloClient({ cache: new apollo3.InMemoryCache(), link });
  const event = new Promise<unknown>((next, error) => {
    client.subscribe({ query, variables }).subscribe({ next, error });
  });
  return event.finally(() => client.stop());
}

interface Result {
  readonly errors?: readonly Pick<GraphQLFormattedError, 'message' | 'extensions'>[] | undefined;
}

function resultOf(event: IteratorResult<Result, unknown>): Result | null {
  return event.done === true ? null : event.value;
}

const AS_SOCKET = '`shouldRetry: () => true` of its graphql-ws client';
const AS_OLDER_SOCKET = '`reconnect: true` of its `SubscriptionClient`';
const LOOP =
  'a loop while `extensions.retryable` is true ([`until-event.ts`](../examples/until-event.ts))';

export const restartingClients: readonly RestartingClient[] = [
  {
    client: 'graphql-ws',
    version: { package: 'graphql-ws' },
    over: 'WebSocket',
    needs: '`shouldRetry: () => true`',
    async eventOf(target) {
      const client = openSocket(target);
      const event = await client.iterate(request).next();
      await client.dispose();
      return resultOf(event);
    },
  },
  {
    client: 'Apollo Client',
    version: { package: '@apollo/client' },
    over: 'WebSocket (`GraphQLWsLink`)',
    needs: AS_SOCKET,
    eventOf: (target) => byApollo4(new GraphQLWsLink(openSocket(target))),
  },
  {
    client: 'Apollo Client',
    version: { package: 'apollo-client-3' },
    over: 'WebSocket (`GraphQLWsLink`)',
    needs: AS_SOCKET,
    eventOf: (target) => byApollo3(new GraphQLWsLink3(openSocket(target))),
  },
  {
    client: 'subscriptions-transport-ws',
    version: { package: 'subscriptions-transport-ws' },
    over: 'the older WebSocket protocol',
    needs: '`reconnect: true`',
    async eventOf(target) {
      const client = openOlderSocket(target);
      const event = await new Promise((next) => client.request(request).subscribe({ next }));
      client.close();
      return event;
    },
  },
  {
    client: 'Apollo Client',
    version: { package: '@apollo/client' },
    over: 'the older WebSocket protocol (`WebSocketLink`)',
    needs: AS_OLDER_SOCKET,
    async eventOf(target) {
      const socket = openOlderSocket(target);
      return byApollo4(new WebSocketLink(socket)).finally(() => socket.close());
    },
  },
  {
    client: 'Apollo Client',
    version: { package: 'apollo-client-3' },
    over: 'the older WebSocket protocol (`WebSocketLink`)',
    needs: AS_OLDER_SOCKET,
    async eventOf(target) {
      const socket = openOlderSocket(target);
      return byApollo3(new WebSocketLink3(socket)).finally(() => socket.close());
    },
  },
  {
    client: 'graphql-sse',
    version: { package: 'graphql-sse' },
    over: 'server-sent events',
    needs: LOOP,
    eventOf: (target) =>
      untilEvent(async () => {
        const client = createEventStreamClient({
          url: target.endpoint,
          headers: headersOf(target),
        });
        const result = resultOf(await client.iterate(request).next());
        client.dispose();
        if (result?.errors) throw new GatewayError(result.errors);
        return result;
      }),
  },
  {
    client: 'Apollo Client',
    version: { package: '@apollo/client' },
    over: "Apollo's multipart protocol (`HttpLink`)",
    needs: 'the link of [`resubscribe-link.ts`](../examples/resubscribe-link.ts) before it',
    eventOf: (target) => {
      const http = new HttpLink({ uri: target.endpoint, headers: headersOf(target) });
      return byApollo4(ApolloLink.from([createResubscribeLink(), http]));
    },
  },
  {
    client: 'Apollo Client',
    version: { package: 'apollo-client-3' },
    over: "Apollo's multipart protocol (`HttpLink`)",
    needs: '[two links](#apollo-client-3-over-http) before it',
    eventOf: (target) =>
      byApollo3(
        ApolloLink3.from([
          onError(({ protocolErrors, forward, operation }) =>
            protocolErrors?.[0]?.extensions?.['retryable'] === true
              ? forward(operation)
              : undefined,
          ),
          new RetryLink3({ attempts: { max: 30 }, delay: { initial: 1000, max: 1000 } }),
          new HttpLink3({ uri: target.endpoint, headers: headersOf(target) }),
        ]),
      ),
  },
  {
    client: 'urql',
    version: { package: '@urql/core' },
    over: 'server-sent events (`fetchSubscriptions`)',
    needs: LOOP,
    eventOf: (target) => {
      const client = new Client({
        url: target.endpoint,
        exchanges: [fetchExchange],
        fetchSubscriptions: true,
        preferGetMethod: false,
        fetchOptions: { headers: headersOf(target) },
      });
      return untilEvent(async () => {
        const { data, error } = await client.subscription(query, variables).toPromise();
        if (error?.networkError) throw error.networkError;
        if (error) throw new GatewayError(error.graphQLErrors);
        return { data: data as unknown };
      });
    },
  },
  {
    client: 'urql',
    version: { package: '@urql/core' },
    over: 'WebSocket (`subscriptionExchange`)',
    needs: AS_SOCKET,
    async eventOf(target) {
      const socket = openSocket(target);
      const client = new Client({
        url: target.endpoint,
        preferGetMethod: false,
        exchanges: [
          subscriptionExchange({
            forwardSubscription: (operation) => ({
              subscribe: (sink) => ({
                unsubscribe: socket.subscribe(
                  { ...operation, query: operation.query ?? '' },
                  {
                    next: ({ data = null, errors }) =>
                      sink.next({ data, ...(errors !== undefined && { errors }) }),
                    error: (error) => sink.error(error),
                    complete: () => sink.complete(),
                  },
                ),
              }),
            }),
          }),
        ],
      });
      const event = await client.subscription(query, variables).toPromise();
      await socket.dispose();
      return event;
    },
  },
  {
    client: 'Relay',
    version: { package: 'relay-runtime' },
    over: 'WebSocket (graphql-ws)',
    needs: AS_SOCKET,
    async eventOf(target) {
      const socket = openSocket(target);
      const environment = createRelayEnvironment({ endpoint: target.endpoint, socket });
      const data = await new Promise((onNext) => {
        const subscription = readySubscription;
        relay.requestSubscription(environment, { subscription, variables, onNext });
      });
      await socket.dispose();
      return { data };
    },
  },
];
