import { SubscriptionClient } from 'subscriptions-transport-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { everybody } from '../src/access/everybody.ts';
import { GatewayError } from '../src/common/errors.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { createStepwisePhotos } from './support/stepwise-photos.ts';

function openSocket(endpoint: string, onConnection: (error: unknown) => void = () => undefined) {
  return new SubscriptionClient(
    endpoint.replace('http', 'ws'),
    // By default it gives a connection up after a second, with an error that nobody catches.
    { connectionCallback: (error: unknown) => onConnection(error), minTimeout: 30_000 },
    WebSocket,
  );
}

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
