import { describe, expect, test } from 'vitest';
import type { Provider } from '../src/provider/provider.ts';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { answers, startProviderStub, type StubAnswer } from './support/provider-stub.ts';

const CALLS = {
  upload: (provider: Provider) => provider.upload(uploadOf([Buffer.from('picture')])),
  status: (provider: Provider) => provider.status('id'),
  resultUrl: (provider: Provider) => provider.resultUrl('id'),
  quota: (provider: Provider) => provider.quota(),
} as const;
type Call = keyof typeof CALLS;
const ALL: readonly Call[] = ['upload', 'status', 'resultUrl', 'quota'];

async function failureOf(call: Call, answer: StubAnswer): Promise<unknown> {
  await using stub = await startProviderStub(() => answer);
  await using provider = connectProvider(stub.url);
  try {
    return { result: await CALLS[call](provider) };
  } catch (error) {
    return error;
  }
}

describe('an errno becomes an error of the contract, for any call', () => {
  const table: readonly [errno: unknown, calls: readonly Call[], code: string][] = [
    [500, ALL, 'UPSTREAM_ERROR'],
    [9001, ALL, 'BAD_USER_INPUT'],
    [9002, ['upload', 'status', 'resultUrl'], 'PHOTO_NOT_FOUND'],
    [9002, ['quota'], 'ACCOUNT_NOT_FOUND'],
    [9005, ALL, 'UNSUPPORTED_FILE_TYPE'],
    [9006, ALL, 'UPLOAD_FAILED'],
    [9009, ALL, 'IMAGE_PROCESSING_FAILED'],
    [9101, ALL, 'QUOTA_EXHAUSTED'],
    [9999, ALL, 'UPSTREAM_AUTH_FAILED'],
    [4711, ALL, 'UPSTREAM_ERROR'],
    ['9101', ALL, 'QUOTA_EXHAUSTED'],
  ];
  const rows = table.flatMap(([errno, calls, code]) =>
    calls.map((call) => ({ errno, call, code })),
  );
  test.for(rows)('$errno for $call is $code', async ({ errno, call, code }) => {
    expect(await failureOf(call, answers.failure(errno))).toMatchObject({
      name: 'GatewayError',
      code,
      errno: Number(errno),
    });
  });
});

describe('a failure without a usable errno', () => {
  test.for([
    { body: { code: 9000 }, code: 'UPSTREAM_ERROR' },
    { body: { code: 9000, errno: null, msg: null }, code: 'UPSTREAM_ERROR' },
    { body: { code: '9000', msg: 'x' }, code: 'UPSTREAM_ERROR' },
    { body: { code: 9000, errno: '' }, code: 'UPSTREAM_INVALID_RESPONSE' },
    { body: { code: 9000, errno: true }, code: 'UPSTREAM_INVALID_RESPONSE' },
  ])('$body is $code', async ({ body, code }) => {
    expect(await failureOf('status', { body })).toMatchObject({ code, errno: undefined });
  });
});

describe('an envelope counts whatever the HTTP status', () => {
  test.for([200, 201, 400, 401, 404, 500, 503])('%i', async (statusCode) => {
    expect(await failureOf('status', { ...answers.failure(9002), statusCode })).toMatchObject({
      code: 'PHOTO_NOT_FOUND',
    });
    expect(await failureOf('status', { ...answers.status(200), statusCode })).toEqual({
      result: 'READY',
    });
  });
});

describe('without an envelope the HTTP status decides', () => {
  const bodies = ['<html>', '', '{', '{"code":404}', '{"errno":9002}', '[]', 'null', '"9000"'];
  const codes = {
    200: 'UPSTREAM_INVALID_RESPONSE',
    301: 'UPSTREAM_INVALID_RESPONSE',
    400: 'UPSTREAM_ERROR',
    404: 'UPSTREAM_ERROR',
    429: 'UPSTREAM_ERROR',
    500: 'UPSTREAM_UNAVAILABLE',
    502: 'UPSTREAM_UNAVAILABLE',
  };
  const rows = Object.entries(codes).flatMap(([status, code]) =>
    bodies.map((body) => ({ statusCode: Number(status), body, code })),
  );
  test.for(rows)('$statusCode with $body is $code', async ({ statusCode, body, code }) => {
    for (const call of ['upload', 'status'] as const) {
      expect(await failureOf(call, { statusCode, body })).toMatchObject({ code });
    }
  });
});

test("the provider's words stay out of the message, and an echoed token out of the cause", async () => {
  const token = '5484490c8e797dabe52af90ab8bd1e50,1629962357';
  const error = await failureOf('status', answers.failure(9999, `無效 ${token} 無效`));
  expect(error).toMatchObject({ cause: { message: 'the provider says: 無效 [redacted] 無效' } });
  expect(String(error)).not.toContain('無效');
});
