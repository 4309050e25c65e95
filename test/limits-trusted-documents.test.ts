import { readFileSync } from 'node:fs';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readFixture } from './support/fixtures.ts';
import { accountAt } from './support/listen.ts';
import { addressOf, eachTransport, transports } from './support/limits-transports.ts';
import { startGateway, startGatewayOf } from './support/start-gateway.ts';

const manifestFile = 'schema/typed/persisted-documents.json';
const manifest = z
  .record(z.string(), z.string())
  .parse(JSON.parse(readFileSync(manifestFile, 'utf8')));

/** The id of one of our own operations, as codegen made it. */
function idOf(name: string): string {
  const found = Object.entries(manifest).find(([, text]) => new RegExp(` ${name}\\b`).test(text));
  return found?.[0] ?? '';
}

const byHash = (sha256Hash: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});
const bare = (id: string) => id.replace('sha256:', '');
const variables = { id: 'a' };
const noPhoto = { data: { photo: null } };
const photoText = readFileSync('schema/operations/photo.graphql', 'utf8');

const account = accountAt('http://127.0.0.1:1');
const settings = { ...account, TRUSTED_DOCUMENTS_FILE: manifestFile };
const strict = await startGatewayOf({ ...settings, TRUSTED_DOCUMENTS: 'only' });
const lenient = await startGatewayOf(settings);
afterAll(() => Promise.all([strict.close(), lenient.close()]));

const untrusted =
  'Only registered documents run here: register this one with TRUSTED_DOCUMENTS_FILE.';
const unregistered = 'No document is registered here under this id.';
const refusal = (message: string) => [
  { message, extensions: { code: 'BAD_USER_INPUT', retryable: false } },
];

describe.each(eachTransport)('if only trusted documents may run, over %s', (_transport, send) => {
  test.each([
    ['the hash of its manifest', byHash(idOf('Photo'))],
    ['its hash without the name of the algorithm', byHash(bare(idOf('Photo')))],
    ['its hash as documentId', { documentId: idOf('Photo') }],
    ['its whole text, laid out by hand', { query: photoText }],
    ['its whole text, in another order', { query: manifest[idOf('Photo')] ?? '' }],
    ['its text beside the hash of another', { query: photoText, ...byHash(idOf('Quota')) }],
  ])('a trusted document runs by %s', async (_what, request) => {
    expect(await send(strict.endpoint, { ...request, variables })).toEqual(noPhoto);
  });

  test.each([
    ['an unregistered operation', { query: '{ __typename }' }],
    [
      'a trusted one with one more field',
      { query: photoText.replace('status', 'status originalUrl') },
    ],
    ['a trusted one with one field less', { query: photoText.replace('status', '') }],
    [
      'a trusted one under another name',
      { query: photoText.replace('query Photo', 'query Other') },
    ],
    [
      'a second operation in it',
      { query: `${photoText} query Other { __typename }`, operationName: 'Other' },
    ],
    [
      'an untrusted text beside the hash of a trusted one',
      { query: '{ __typename }', ...byHash(idOf('Photo')) },
    ],
    ['an introspection query', { query: '{ __schema { queryType { name } } }' }],
  ])('another document is refused: %s', async (_what, request) => {
    const { errors, data } = await send(strict.endpoint, { ...request, variables });
    expect(errors).toMatchObject(refusal(untrusted));
    expect(data ?? null).toBeNull();
  });

  test.each(['0'.repeat(64), '__proto__', 'constructor', ''])(
    'an unregistered hash is refused: %j',
    async (id) => {
      const { errors } = await send(strict.endpoint, byHash(id));
      expect(errors).toMatchObject(refusal(unregistered));
    },
  );

  test('a document named by its hash is never confused with an earlier one', async () => {
    for (const name of ['Photo', 'Photos', 'Photo', 'Photos']) {
      const { data } = await send(strict.endpoint, {
        ...byHash(idOf(name)),
        variables: name === 'Photo' ? variables : {},
      });
      expect(Object.keys(data ?? {})).toEqual([name === 'Photo' ? 'photo' : 'photos']);
    }
    const { errors, data } = await send(strict.endpoint, {});
    expect(errors).toHaveLength(1);
    expect(data ?? null).toBeNull();
  });

  test('GraphiQL may still introspect the schema', async () => {
    const { data } = await send(strict.endpoint, {
      query: getIntrospectionQuery().replace(/\s+/g, ' '),
    });
    expect(data).toHaveProperty('__schema.types');
  });

  test('without TRUSTED_DOCUMENTS, trusted documents run by their hashes and all others by their text', async () => {
    expect(await send(lenient.endpoint, { ...byHash(idOf('Photo')), variables })).toEqual(noPhoto);
    expect(await send(lenient.endpoint, { query: '{ __typename }' })).toEqual({
      data: { __typename: 'Query' },
    });
    const { errors } = await send(lenient.endpoint, byHash('0'));
    expect(errors).toMatchObject([{ message: 'PersistedQueryNotFound' }]);
  });
});

test('with INTROSPECTION=off GraphiQL’s introspection query is not trusted', async () => {
  await using gateway = await startGatewayOf({
    ...settings,
    TRUSTED_DOCUMENTS: 'only',
    INTROSPECTION: 'off',
  });
  const { errors } = await transports['HTTP POST'](gateway.endpoint, {
    query: getIntrospectionQuery(),
  });
  expect(errors).toMatchObject(refusal(untrusted));
});

test('an upload runs by its hash', async () => {
  await using gateway = await startGateway({
    TRUSTED_DOCUMENTS: 'only',
    TRUSTED_DOCUMENTS_FILE: manifestFile,
  });
  const form = new FormData();
  const request = {
    ...byHash(idOf('UploadPhoto')),
    variables: { file: null, repairType: 'REPAIR' },
  };
  form.append('operations', JSON.stringify(request));
  form.append('map', '{"0":["variables.file"]}');
  form.append('0', await readFixture('landscape-small.jpg'), 'photo.jpg');
  const headers = { 'graphql-preflight': '1' };
  const response = await fetch(gateway.endpoint, { method: 'POST', headers, body: form });
  expect(await response.json()).toMatchObject({ data: { uploadPhoto: { status: 'PROCESSING' } } });
});

test('a mutation does not run by its hash over GET', async () => {
  const response = await fetch(addressOf(strict.endpoint, byHash(idOf('UploadPhoto'))));
  expect(response.status).toBe(405);
});
