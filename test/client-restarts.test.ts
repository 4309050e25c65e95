import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import * as apollo3 from 'apollo-client-3/core/core.cjs';
import { ApolloLink as ApolloLink3 } from 'apollo-client-3/link/core/core.cjs';
import { onError } from 'apollo-client-3/link/error/error.cjs';
import { HttpLink as HttpLink3 } from 'apollo-client-3/link/http/http.cjs';
import { RetryLink as RetryLink3 } from 'apollo-client-3/link/retry/retry.cjs';
import { parse, print, type GraphQLFormattedError } from 'graphql';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { firstValueFrom } from 'rxjs';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createResubscribeLink } from '../examples/resubscribe-link.ts';
import { untilEvent } from '../examples/until-event.ts';
import { GatewayError } from '../examples/gateway-error.ts';
import { freePort } from './support/free-port.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { readMetrics } from './support/telemetry-metrics.ts';

const query = parse('subscription { photoReady(id: "a") { id } }');
const text = print(query);

/** Each resolves with the event, however often the gateway restarts before it. */
const clients: Readonly<Record<string, (endpoint: string) => Promise<unknown>>> = {
  async 'graphql-ws'(endpoint) {
    const client = createWebSocketClient({
      url: endpoint.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      shouldRetry: () => true,
    });
    const event = await client.iterate({ query: text }).next();
    await client.dispose();
    return resultOf(event);
  },
  async 'subscriptions-transport-ws'(endpoint) {
    const url = endpoint.replace('http', 'ws');
    const client = new SubscriptionClient(url, { reconnect: true, minTimeout: 30_000 }, WebSocket);
    const event = await new Promise((next) => {
      client.request({ query: text }).subscribe({ next });
    });
    client.close();
    return event;
  },
  'graphql-sse': (endpoint) =>
    untilEvent(async () => {
      const client = createEventStreamClient({ url: endpoint });
      const result = resultOf(await client.iterate({ query: text }).next());
      if (result?.errors) throw new GatewayError(result.errors);
      return result;
    }),
  'Apollo Client 4': (uri) => {
    const link = ApolloLink.from([createResubscribeLink(), new HttpLink({ uri })]);
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    return firstValueFrom(client.subscribe({ query }));
  },
  'Apollo Client 3': (uri) => {
    const client = new apollo3.ApolloClient({
      cache: new apollo3.InMemoryCache(),
      link: ApolloLink3.from([
        onError(({ protocolErrors, forward, operation }) =>
          protocolErrors?.[0]?.extensions?.['retryable'] === true ? forward(operation) : undefined,
        ),
        new RetryLink3({ attempts: { max: 30 }, delay: { initial: 1000, max: 1000 } }),
        new HttpLink3({ uri }),
      ]),
    });
    return new Promise((next) => {
      client.subscribe({ query }).subscribe({ next });
    });
  },
};

interface Result {
  readonly errors?: readonly Pick<GraphQLFormattedError, 'message' | 'extensions'>[] | undefined;
}

function resultOf(event: IteratorResult<Result, unknown>): Result | null {
  return event.done === true ? null : event.value;
}

async function subscribersOf({ url }: RunningGateway): Promise<number> {
  return (await readMetrics(`${url}/metrics`)).sumOf('photo_gateway_subscribers');
}

test.concurrent.each(Object.entries(clients))(
  '%s, set up for it, subscribes again by itself when the gateway restarts',
  async (_name, eventOf) => {
    let isReady = false;
    await using provider = await startScriptedProvider(() =>
      isReady ? answers.ready : answers.processing,
    );
    const env = { ...provider.env, PORT: String(await freePort()) };
    const first = await startGatewayOf(env);
    const event = eventOf(first.endpoint);
    await expect.poll(() => subscribersOf(first)).toBe(1);
    await first.close();
    await using second = await startGatewayOf(env);
    await expect.poll(() => subscribersOf(second)).toBe(1);
    isReady = true;
    expect(await event).toMatchObject({ data: { photoReady: { id: 'a' } } });
  },
);
