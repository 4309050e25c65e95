import { getIntrospectionQuery } from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { eachTransport } from './support/limits-transports.ts';
import { accountAt } from './support/listen.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const account = accountAt('http://127.0.0.1:1');
const open = await startGatewayOf({ ...account, FEDERATION: 'on' });
const closed = await startGatewayOf({
  ...account,
  INTROSPECTION: 'off',
  GRAPHIQL: 'off',
  FEDERATION: 'on',
});
afterAll(() => Promise.all([open.close(), closed.close()]));

const questions = [
  ['as tools do', getIntrospectionQuery()],
  ['under another name', '{ a: __schema { queryType { name } } }'],
  ['for the composition of subgraphs', '{ _service { sdl } }'],
  ['type by type', '{ __type(name: "Photo") { name } }'],
  [
    'in a fragment',
    '{ ...a } fragment a on Query { ... on Query { __schema { queryType { name } } } }',
  ],
] as const;

const mistakes = [
  { query: '{ quotas { remaining } }' },
  { query: '{ photos(fist: 1) { edges { cursor } } }' },
  { query: '{ photos(status: REDY) { edges { cursor } } }' },
  { query: '{ photo(id: "a") { ... on Foto { id } } }' },
  {
    query: 'query ($s: PhotoStatus) { photos(status: $s) { edges { cursor } } }',
    variables: { s: 'REDY' },
  },
  { query: 'query ($id: ID!) { photo(id: $ib) { id } }', variables: { id: 'a' } },
];

describe.each(eachTransport)('over %s', (_transport, send) => {
  test.each(questions)('the schema can be introspected: %s', async (_how, query) => {
    expect((await send(open.endpoint, { query })).errors).toBeUndefined();
  });

  test.each(questions)(
    'the schema cannot be introspected with INTROSPECTION=off: %s',
    async (_how, query) => {
      const { errors, data } = await send(closed.endpoint, { query });
      expect(data ?? null).toBeNull();
      expect(errors).not.toEqual([]);
      for (const { message, extensions } of errors ?? []) {
        expect(message).toBe('The schema cannot be introspected here.');
        expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
      }
    },
  );

  test.each(mistakes)('with INTROSPECTION=off no error suggests names: $query', async (request) => {
    const told = await send(closed.endpoint, request);
    expect(told.errors).not.toEqual([]);
    expect(JSON.stringify(told)).not.toMatch(/did you mean|READY|quota"/i);
  });

  test('with INTROSPECTION=off `__typename` still works', async () => {
    const result = await send(closed.endpoint, { query: '{ __typename }' });
    expect(result).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('GraphiQL', () => {
  const asBrowser = { headers: { accept: 'text/html,*/*;q=0.8' } };

  test('is served by default', async () => {
    const response = await fetch(open.endpoint, asBrowser);
    expect(await response.text()).toContain('<!doctype html>');
  });

  test('is not served with GRAPHIQL=off, and neither are its files', async () => {
    const page = await (await fetch(open.endpoint, asBrowser)).text();
    const script = /<script[^>]* src="\.([^"]+)"/.exec(page)?.[1] ?? '';
    for (const path of ['/graphql', script]) {
      const response = await fetch(`${closed.url}${path}`, asBrowser);
      expect(response.status).toBe(path === '/graphql' ? 200 : 404);
      expect(response.headers.get('content-type')).toContain('json');
      expect(await response.text()).toMatch(/^\{"error/);
    }
  });
});
