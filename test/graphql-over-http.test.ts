import { serverAudits } from 'graphql-http';
import { afterAll, expect, test } from 'vitest';
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
