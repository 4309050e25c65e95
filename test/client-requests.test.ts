import { ClientError, GraphQLClient } from 'graphql-request';
import { createClient } from 'graphql-ws';
import relay from 'relay-runtime';
import { afterAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import photoQuery from './fixtures/relay/operationsPhotoQuery.graphql.ts';
import uploadMutation from './fixtures/relay/operationsUploadMutation.graphql.ts';
import { recordClientRun } from './support/client-runs.ts';
import { readFixture } from './support/fixtures.ts';
import { createRelayEnvironment } from './support/relay.ts';
import { startGateway } from './support/start-gateway.ts';

const gateway = await startGateway();
afterAll(() => gateway.close());

test('Relay uploads a photo among its uploadables, and finds it by `node`', async ({ task }) => {
  const url = gateway.endpoint.replace('http', 'ws');
  const socket = createClient({ url, webSocketImpl: WebSocket });
  const environment = createRelayEnvironment({ endpoint: gateway.endpoint, socket });
  const file = await readFixture('landscape-small.jpg');
  const uploaded = await new Promise<unknown>((onCompleted, onError) => {
    relay.commitMutation(environment, {
      mutation: uploadMutation,
      variables: { file: null, repairType: 'REPAIR' },
      uploadables: { file },
      onCompleted,
      onError,
    });
  });
  expect(uploaded).toEqual({ uploadPhoto: { id: expect.any(String), status: 'PROCESSING' } });
  // The mutation has put the photo into Relay's store, under the same id.
  const id = environment
    .getStore()
    .getSource()
    .getRecordIDs()
    .find((known) => !known.startsWith('client:'));
  const found = relay.fetchQuery(environment, photoQuery, { id });
  expect(await found.toPromise()).toMatchObject({ node: { id } });
  recordClientRun(task, {
    client: 'Relay',
    version: { package: 'relay-runtime' },
    ran: 'an upload, and `node(id:)`',
    result: 'answered',
    needs: 'a network that sends `uploadables` as a form, with a header `GraphQL-Preflight`',
  });
});

test('graphql-request asks, and is told that its uploads need a form', async ({ task }) => {
  const client = new GraphQLClient(gateway.endpoint);
  expect(await client.request('{ quota { remaining } }')).toEqual({
    quota: { remaining: expect.any(Number) },
  });
  const mutation =
    'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';
  const file = await readFixture('landscape-small.jpg');
  const refused: unknown = await client
    .request(mutation, { file })
    .catch((error: unknown) => error);
  if (!(refused instanceof ClientError)) throw new Error('It was not refused');
  expect(refused.response.errors).toMatchObject([
    { message: expect.stringContaining('multipart'), extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  const version = { package: 'graphql-request' };
  const run = { client: 'graphql-request', version };
  recordClientRun(task, { ...run, ran: 'a query', result: 'answered' });
  recordClientRun(task, {
    ...run,
    ran: 'an upload',
    result: 'refused with a message: it sends JSON alone',
    needs: 'another client for the upload, such as `fetch`',
  });
});
