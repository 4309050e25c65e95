import { afterAll, describe, expect, test } from 'vitest';
import { recordClientRun, type ClientVersion } from './support/client-runs.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { createStepwisePhotos } from './support/stepwise-photos.ts';

/** A client by the requests that it writes. */
interface WireClient {
  readonly client: string;
  readonly version: ClientVersion;
  /** The headers of a query. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `Accept` of a subscription by HTTP; left out if it has none. */
  readonly subscriptionAccept?: string;
  /** What the body has besides the query and its variables. */
  readonly more?: object;
  /** What follows the JSON. @default nothing */
  readonly end?: string;
}

const JSON_HEADERS = { 'content-type': 'application/json' };

const clients: readonly WireClient[] = [
  {
    client: 'Apollo Kotlin',
    version: { source: '5.1' },
    headers: {
      ...JSON_HEADERS,
      accept:
        'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json',
    },
    subscriptionAccept:
      'multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, application/json',
  },
  {
    client: 'Apollo iOS',
    version: { source: '2.4' },
    headers: {
      ...JSON_HEADERS,
      accept:
        'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json',
    },
    subscriptionAccept:
      'multipart/mixed;subscriptionSpec=1.0,application/graphql-response+json,application/json',
    more: { extensions: { clientLibrary: { name: 'apollo-ios', version: '2.4.0' } } },
  },
  {
    client: 'Dart, `gql_http_link` over `http`',
    version: { source: '1.2.0 over 1.7.0-wip' },
    headers: { 'content-type': 'application/json; charset=utf-8', accept: '*/*' },
  },
  {
    client: '.NET, `GraphQL.Client`',
    version: { source: '6.1.0' },
    headers: {
      ...JSON_HEADERS,
      accept: 'application/graphql-response+json, application/json',
      'accept-charset': 'utf-8',
    },
  },
  {
    client: 'Go, machinebox/graphql',
    version: { source: '`3a92531`' },
    headers: {
      'content-type': 'application/json; charset=utf-8',
      accept: 'application/json; charset=utf-8',
    },
    end: '\n',
  },
  {
    client: 'Go, hasura/go-graphql-client',
    version: { source: '`9865b51`' },
    headers: JSON_HEADERS,
    end: '\n',
  },
];

const stepwise = createStepwisePhotos();
const server = await startBareServer(stepwise.photos);
afterAll(() => server.close());
stepwise.readyOne();

function post({ headers, more, end = '' }: WireClient, query: string, accept?: string) {
  return fetch(server.endpoint, {
    method: 'POST',
    headers: { ...headers, ...(accept !== undefined && { accept }) },
    body: JSON.stringify({ query, variables: {}, ...more }) + end,
  });
}

describe('a request is answered as its client reads it:', () => {
  test.for(clients)('$client', async (client, { task }) => {
    const response = await post(client, '{ __typename }');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/.*json/);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
    recordClientRun(task, { ...client, ran: 'a query', result: 'answered' });
    if (client.subscriptionAccept === undefined) return;
    const subscription = 'subscription { photosReady(ids: ["a"]) { id } }';
    const stream = await post(client, subscription, client.subscriptionAccept);
    expect(stream.headers.get('content-type')).toMatch(/^multipart\/mixed;.*subscriptionSpec=1.0/);
    expect(await stream.text()).toContain('{"payload":{"data":{"photosReady":{"id":"a"}}}}');
    const ran = "a subscription, over Apollo's multipart protocol";
    recordClientRun(task, { ...client, ran, result: 'told each event at once, then the end' });
  });
});

test('the form of machinebox/graphql, which is its own, is refused with a message', async ({
  task,
}) => {
  const form = new FormData();
  form.append('query', 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }');
  form.append('variables', '{"file":null}\n');
  form.append('file', new Blob(['a picture'], { type: 'application/octet-stream' }), 'photo.jpg');
  const headers = { 'graphql-preflight': '1' };
  const response = await fetch(server.endpoint, { method: 'POST', headers, body: form });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [{ message: expect.stringContaining('operations') }],
  });
  recordClientRun(task, {
    client: 'Go, machinebox/graphql',
    version: { source: '`3a92531`' },
    ran: 'an upload',
    result: 'refused with a message: its form is not that of the specification',
    needs: 'another client for the upload',
  });
});
