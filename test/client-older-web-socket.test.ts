import { ApolloClient, InMemoryCache } from '@apollo/client';
import { WebSocketLink } from '@apollo/client/link/ws';
import * as apollo3 from 'apollo-client-3/core/core.cjs';
import { WebSocketLink as WebSocketLink3 } from 'apollo-client-3/link/ws/ws.cjs';
import { parse } from 'graphql';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { everybody } from '../src/access/everybody.ts';
import { GatewayError } from '../src/common/errors.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { createStepwisePhotos } from './support/stepwise-photos.ts';

const variables = { ids: ['a', 'b'] };
const query = parse('subscription ($ids: [ID!]!) { photosReady(ids: $ids) { id } }');

interface Observer {
  readonly next: (result: unknown) => void;
  readonly complete: () => void;
}

/** Each subscribes by its default settings. */
const clients: Readonly<Record<string, (socket: SubscriptionClient, observer: Observer) => void>> =
  {
    'subscriptions-transport-ws': (socket, observer) => {
      socket.request({ query, variables }).subscribe(observer);
    },
    'Apollo Client 4': (socket, observer) => {
      const client = new ApolloClient({
        cache: new InMemoryCache(),
        link: new WebSocketLink(socket),
      });
      client.subscribe({ query, variables }).subscribe(observer);
    },
    'Apollo Client 3': (socket, observer) => {
      const client = new apollo3.ApolloClient({
        cache: new apollo3.InMemoryCache(),
        link: new WebSocketLink3(socket),
      });
      client.subscribe({ query, variables }).subscribe(observer);
    },
  };

function openSocket(endpoint: string, onConnection: (error: unknown) => void = () => undefined) {
  return new SubscriptionClient(
    endpoint.replace('http', 'ws'),
    // By default it gives a connection up after a second, with an error that nobody catches.
    { connectionCallback: (error: unknown) => onConnection(error), minTimeout: 30_000 },
    WebSocket,
  );
}

describe.each(Object.entries(clients))('%s', (_name, subscribe) => {
  test('is told each event over the older WebSocket protocol, and then the end', async () => {
    const stepwise = createStepwisePhotos();
    await using server = await startBareServer(stepwise.photos);
    const socket = openSocket(server.endpoint);
    const results: unknown[] = [];
    const completed = Promise.withResolvers<void>();
    subscribe(socket, {
      next: (result) => results.push(result),
      complete: completed.resolve,
    });
    for (const [index, id] of variables.ids.entries()) {
      stepwise.readyOne();
      await expect.poll(() => results[index]).toMatchObject({ data: { photosReady: { id } } });
    }
    await completed.promise;
    socket.close();
  });
});

test('subscriptions-transport-ws sends queries too, and is told the codes of errors', async () => {
  await using server = await startBareServer(createStepwisePhotos().photos);
  const socket = openSocket(server.endpoint);
  const run = (text: string) =>
    new Promise<unknown>((resolve) => {
      socket.request({ query: text }).subscribe({ next: resolve, error: resolve });
    });
  expect(await run('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  expect(await run('{ nothing }')).toMatchObject({
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
  socket.close();
});

test('subscriptions-transport-ws is told that its key is not accepted', async () => {
  await using server = await startBareServer(createStepwisePhotos().photos, {
    access: {
      ...everybody,
      async admit() {
        throw new GatewayError('UNAUTHENTICATED', 'The key is not accepted.');
      },
    },
  });
  const told = Promise.withResolvers<unknown>();
  const socket = openSocket(server.endpoint, told.resolve);
  expect(await told.promise).toEqual({ message: 'Forbidden' });
  socket.close();
});
