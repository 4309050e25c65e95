import { serverAudits } from 'graphql-http';
import { afterAll, describe, expect, test } from 'vitest';
import { startGateway } from './support/start-gateway.ts';

const gateway = await startGateway();
afterAll(() => gateway.close());

test.each(
  serverAudits({ url: gateway.endpoint, fetchFn: fetch }).map((audit) => ({
    name: audit.name,
    run: () => audit.fn(),
  })),
)('$name', async ({ run }) => {
  expect(await run()).toMatchObject({ status: 'ok' });
});

test('a batch is refused', async () => {
  const response = await fetch(gateway.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [{ message: expect.stringContaining('atch') }],
  });
});

const photoQuery = 'query ($id: ID!) { photo(id: $id) { id } }';

describe('a malformed request is BAD_USER_INPUT', () => {
  const json = { 'content-type': 'application/json' };
  const post = (body: object): RequestInit => ({
    method: 'POST',
    headers: json,
    body: JSON.stringify(body),
  });

  test.each<[string, string, RequestInit, number]>([
    ['a GET without a query', '', {}, 200],
    ['a GET with a query that is empty', '?query=', {}, 200],
    ['a GET with a mutation', `?query=${encodeURIComponent('mutation { __typename }')}`, {}, 405],
    ['another method', '', { method: 'PATCH' }, 405],
    ['a method of graphql-sse’s single connections', '', { method: 'PUT' }, 405],
    ['the other one', '?operationId=1', { method: 'DELETE' }, 405],
    ['a POST without a query', '', post({}), 200],
    ['a query that is a number', '', post({ query: 1 }), 400],
    ['variables that are a list', '', post({ query: '{ __typename }', variables: [] }), 400],
    ['a variable that is missing', '', post({ query: photoQuery }), 400],
    ['a variable of another type', '', post({ query: photoQuery, variables: { id: [] } }), 400],
    ['an unknown parameter', '', post({ query: '{ __typename }', more: 1 }), 400],
  ])('%s', async (_what, search, request, status) => {
    const response = await fetch(`${gateway.endpoint}${search}`, request);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', retryable: false } }],
    });
  });
});
