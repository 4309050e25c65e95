import { afterAll, describe, expect, test } from 'vitest';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { eachTransport } from './support/limits-transports.ts';
import { startBareServer } from './support/start-bare-server.ts';

const { photos, asked } = createEmptyModule();
const gateway = await startBareServer(photos);
afterAll(() => gateway.close());

const query = 'query ($id: ID! = "a") { photo(id: $id) { id } }';
const list = (length: number) => Array.from({ length }, () => 1);
/** Nested lists. */
const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

const values = 'The variables hold more than 1000 values; at most 1000 are allowed.';
const levels = 'The variables hold more than 10 levels; at most 10 are allowed.';

describe.each(eachTransport)('over %s', (_transport, send) => {
  test.each([
    ['a long list', { ids: list(1000) }, values],
    ['lists of lists', { ids: [list(500), list(500)] }, values],
    ['deep lists', { ids: nested(11) }, levels],
    ['very deep lists', { ids: nested(900) }, levels],
  ])('variables over a limit are refused: %s', async (_what, variables, message) => {
    asked.length = 0;
    const { errors, data } = await send(gateway.endpoint, { query, variables });
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(data ?? null).toBeNull();
    expect(asked).toEqual([]);
  });

  test('variables at the limits are accepted', async () => {
    for (const ids of [list(999), nested(10)]) {
      const { errors } = await send(gateway.endpoint, { query, variables: { ids } });
      expect(errors).toBeUndefined();
    }
  });
});

test.each([
  [
    'a thousand variables and one',
    JSON.stringify({ query, variables: Object.fromEntries(list(1001).entries()) }),
  ],
  ['60,000 ids', JSON.stringify({ query, variables: { ids: list(60_000) } })],
  [
    'as many levels as fit into a body',
    `{"query":${JSON.stringify(query)},"variables":{"ids":${'['.repeat(125_000)}${']'.repeat(125_000)}}}`,
  ],
])('a body with %s is answered 400', async (_what, body) => {
  for (const type of ['application/json', 'application/graphql-response+json']) {
    const headers = { 'content-type': 'application/json', accept: type };
    const answer = await fetch(gateway.endpoint, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  }
});
