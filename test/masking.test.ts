import { afterAll, describe, expect, test } from 'vitest';
import { pino } from 'pino';
import { PhotoReadyDocument, QuotaDocument } from '../schema/typed/graphql.ts';
import { failureOf, send } from './support/graphql-client.ts';
import { stubPhotos } from './support/stub-photos.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { subscribers } from './support/subscribe.ts';

const accident = () => {
  throw new TypeError("Cannot read properties of undefined (reading 'hiliad')");
};
const logged: string[] = [];
const gateway = await startBareServer(stubPhotos(accident), {
  log: pino({}, { write: (line) => logged.push(line) }),
});
afterAll(() => gateway.close());

const masked = { code: 'INTERNAL_SERVER_ERROR', retryable: false };

describe('an unexpected error', () => {
  test('is masked, and logged once with the request id that the client gets', async () => {
    logged.length = 0;
    const failure = failureOf(await send(gateway, QuotaDocument, {}, { 'x-request-id': 'mine-1' }));
    expect(failure).toMatchObject({ ...masked, requestId: 'mine-1' });
    expect(failure['message']).not.toContain('hiliad');
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({
      requestId: 'mine-1',
      err: { type: 'TypeError', message: expect.stringContaining('hiliad') },
    });
  });

  test.each(Object.entries(subscribers))('is masked over %s', async (_transport, connect) => {
    using client = connect(gateway);
    const events = client.subscribe(PhotoReadyDocument, { id: 'a' });
    const outcome = await events.next().then(
      ({ value }) => failureOf(value),
      (refused: unknown) => failureOf({ errors: Array.isArray(refused) ? refused : [] }),
    );
    expect(outcome).toMatchObject({ ...masked, requestId: expect.any(String) });
  });
});

describe('the request id', () => {
  test.each([
    ['is that of the request if it is safe in a log', 'abc-1.2', /^abc-1\.2$/],
    ['is generated if that of the request could break a log', 'a b"', /^[\da-f-]{36}$/],
  ])('%s', async (_what, given, expected) => {
    const response = await fetch(`${gateway.url}/health`, { headers: { 'x-request-id': given } });
    expect(response.headers.get('x-request-id')).toMatch(expected);
  });
});
