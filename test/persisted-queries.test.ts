import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, fetchExchange, gql } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { afterAll, describe, expect, test } from 'vitest';
import { createPersistedQueries } from '../src/server/pipeline/documents/persisted-queries.ts';
import { recordClientRun } from './support/client-runs.ts';
import { accountAt } from './support/listen.ts';
import { addressOf, eachTransport, transports } from './support/limits-transports.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const account = accountAt('http://127.0.0.1:1');
const gateway = await startGatewayOf(account);
const without = await startGatewayOf({ ...account, PERSISTED_QUERIES: 'off' });
afterAll(() => Promise.all([gateway.close(), without.close()]));

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const byHash = (sha256Hash: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});

/** A fetch that keeps what was sent, and what returned. */
function recordingFetch() {
  const sent: { method: string; hasQuery: boolean; cacheControl: string | null }[] = [];
  async function recording(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const text = request.method === 'GET' ? decodeURIComponent(request.url) : await request.text();
    const response = await fetch(input, init);
    expect(response.status).toBe(200);
    sent.push({
      method: request.method,
      hasQuery: /[?&"]query[="]/.test(text),
      cacheControl: response.headers.get('cache-control'),
    });
    return response;
  }
  return { recording, sent };
}

let documents = 0;
/** A document that no other test sends. */
const newDocument = () => gql(`query Persisted${(documents += 1)} { photo(id: "a") { id } }`);

describe.each([false, true])('with GET for hashed queries: %s,', (useGet) => {
  const first = useGet ? 'GET' : 'POST';
  const noStore = { cacheControl: 'no-store' };

  test('Apollo Client sends a document once', async ({ task }) => {
    const { recording, sent } = recordingFetch();
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: ApolloLink.from([
        new PersistedQueryLink({ sha256, useGETForHashedQueries: useGet }),
        new HttpLink({ uri: gateway.endpoint, fetch: recording }),
      ]),
    });
    const query = newDocument();
    for (let turn = 0; turn < 2; turn += 1) {
      const { data } = await client.query({ query, fetchPolicy: 'network-only' });
      expect(data).toEqual({ photo: null });
    }
    client.stop();
    expect(sent).toMatchObject([
      { method: first, hasQuery: false, ...noStore },
      { hasQuery: true },
      { method: first, hasQuery: false },
    ]);
    recordClientRun(task, {
      client: 'Apollo Client',
      version: { package: '@apollo/client' },
      ran: `automatic persisted queries, by ${first}`,
      result: 'sends each document once',
      needs: `\`PersistedQueryLink\`${useGet ? ', `useGETForHashedQueries`' : ''}`,
    });
  });

  test('urql sends a document once', async ({ task }) => {
    const { recording, sent } = recordingFetch();
    const client = new Client({
      url: gateway.endpoint,
      fetch: recording,
      preferGetMethod: useGet ? 'force' : false,
      requestPolicy: 'network-only',
      exchanges: [persistedExchange({ preferGetForPersistedQueries: useGet }), fetchExchange],
    });
    const query = newDocument();
    for (let turn = 0; turn < 2; turn += 1) {
      const { data, error } = await client.query(query, {}).toPromise();
      expect(error).toBeUndefined();
      expect(data).toEqual({ photo: null });
    }
    expect(sent).toMatchObject([
      { method: first, hasQuery: false, ...noStore },
      { hasQuery: true },
      { method: first, hasQuery: false },
    ]);
    recordClientRun(task, {
      client: 'urql',
      version: { package: '@urql/core' },
      ran: `automatic persisted queries, by ${first}`,
      result: 'sends each document once',
      needs: `\`persistedExchange\`${useGet ? ', `preferGetForPersistedQueries`' : ''}`,
    });
  });
});

describe.each(eachTransport)('over %s', (_transport, send) => {
  test('a text is kept under its hash', async () => {
    const query = `query { __typename } # ${_transport}`;
    const hash = byHash(sha256(query));
    const unknown = await send(gateway.endpoint, hash);
    expect(unknown.errors).toMatchObject([
      {
        message: 'PersistedQueryNotFound',
        extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', retryable: false },
      },
    ]);
    const known = { data: { __typename: 'Query' } };
    expect(await send(gateway.endpoint, { query, ...hash })).toEqual(known);
    expect(await send(gateway.endpoint, hash)).toEqual(known);
  });

  test('a text with another hash is refused and not kept', async () => {
    const hash = byHash(sha256(`another ${_transport}`));
    const { errors, data } = await send(gateway.endpoint, { query: '{ __typename }', ...hash });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('extensions.persistedQuery.sha256Hash'),
        extensions: { code: 'BAD_USER_INPUT', retryable: false },
      },
    ]);
    expect(data ?? null).toBeNull();
    const again = await send(gateway.endpoint, hash);
    expect(again.errors).toMatchObject([{ message: 'PersistedQueryNotFound' }]);
  });

  test('with PERSISTED_QUERIES=off clients are told to send their documents', async () => {
    const query = '{ __typename }';
    const hash = byHash(sha256(query));
    const known = { data: { __typename: 'Query' } };
    for (let turn = 0; turn < 2; turn += 1) {
      const { errors } = await send(without.endpoint, hash);
      expect(errors).toMatchObject([
        {
          message: 'PersistedQueryNotSupported',
          extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED', retryable: false },
        },
      ]);
      expect(await send(without.endpoint, { query, ...hash })).toEqual(known);
    }
  });
});

test.each(['application/json', 'application/graphql-response+json'])(
  'an unknown hash is answered 200 as %s, and a wrong one 400',
  async (accept) => {
    const unknown = byHash(sha256(accept));
    const headers = { accept, 'content-type': 'application/json' };
    for (const request of [
      () => fetch(addressOf(gateway.endpoint, unknown), { headers: { accept } }),
      () => fetch(gateway.endpoint, { method: 'POST', headers, body: JSON.stringify(unknown) }),
    ]) {
      const answer = await request();
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-type')).toContain(accept);
    }
    const body = JSON.stringify({ query: '{ __typename }', ...unknown });
    expect((await fetch(gateway.endpoint, { method: 'POST', headers, body })).status).toBe(400);
  },
);

test('Apollo Client stops asking for hashes where they are off', async () => {
  const { recording, sent } = recordingFetch();
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.from([
      new PersistedQueryLink({ sha256 }),
      new HttpLink({ uri: without.endpoint, fetch: recording }),
    ]),
  });
  for (let turn = 0; turn < 2; turn += 1) {
    const { data } = await client.query({ query: newDocument(), fetchPolicy: 'network-only' });
    expect(data).toEqual({ photo: null });
  }
  client.stop();
  expect(sent.map(({ hasQuery }) => hasQuery)).toEqual([false, true, true]);
});

test('an upload is refused by an unknown hash at no cost, and runs when it is sent with its text', async () => {
  const query = 'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';
  const hash = byHash(sha256(query));
  for (const [text, code] of [
    [undefined, 'PERSISTED_QUERY_NOT_FOUND'],
    [query, 'UNSUPPORTED_FILE_TYPE'],
    [undefined, 'UNSUPPORTED_FILE_TYPE'],
  ]) {
    const form = new FormData();
    form.append('operations', JSON.stringify({ query: text, variables: { file: null }, ...hash }));
    form.append('map', JSON.stringify({ 0: ['variables.file'] }));
    form.append('0', new Blob(['this is no picture']));
    const headers = { 'graphql-preflight': '1' };
    const answer = await fetch(gateway.endpoint, { method: 'POST', headers, body: form });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code, charged: false } }],
    });
  }
});

test('a mutation that is named by its hash is refused by GET', async () => {
  const query = 'mutation Persisted { __typename }';
  const hash = byHash(sha256(query));
  await transports['HTTP POST'](gateway.endpoint, { query, ...hash });
  const answer = await fetch(addressOf(gateway.endpoint, hash));
  expect(answer.status).toBe(405);
});

test('the texts are bounded by their size, the least used go first', () => {
  const queries = createPersistedQueries({ enabled: true, maxBytes: 160_000 });
  const texts = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(4000)}`);
  for (const text of texts) queries.keep(sha256(text), text);
  const kept = texts.filter((text) => {
    try {
      return queries.textOf(sha256(text)) === text;
    } catch {
      return false;
    }
  });
  expect(kept).toEqual(texts.slice(-kept.length));
  expect(kept.length).toBeGreaterThan(10);
  expect(kept.length).toBeLessThan(20);
  const large = 'x'.repeat(10_000);
  queries.keep(sha256(large), large);
  expect(() => queries.textOf(sha256(large))).toThrow('PersistedQueryNotFound');
});
