import { print } from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  DownloadUrlDocument,
  PhotoStatusDocument,
  QuotaDocument,
} from '../schema/typed/graphql.ts';
import { serveModule } from './support/fault-module.ts';
import { dataOf, failureOf, send } from './support/graphql-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const failures: readonly { provider: string; answer: Answer; client: object }[] = [
  {
    provider: 'errno 9001',
    answer: answers.failure(9001),
    client: { code: 'BAD_USER_INPUT', errno: 9001, retryable: false },
  },
  {
    provider: 'errno 500',
    answer: answers.failure(500),
    client: { code: 'UPSTREAM_ERROR', errno: 500, retryable: true },
  },
  {
    provider: 'errno 9999',
    answer: answers.failure(9999),
    client: { code: 'UPSTREAM_AUTH_FAILED', errno: 9999, retryable: false },
  },
  {
    provider: 'an errno of uploads only',
    answer: answers.failure(9101),
    client: { code: 'QUOTA_EXHAUSTED', errno: 9101, retryable: false },
  },
  {
    provider: 'an unknown errno',
    answer: answers.failure(1234),
    client: { code: 'UPSTREAM_ERROR', errno: 1234, retryable: true },
  },
  {
    provider: '9000 without an errno',
    answer: { body: { code: 9000, msg: '?' } },
    client: { code: 'UPSTREAM_ERROR', retryable: true },
  },
  {
    provider: 'a failure in its envelope with HTTP 500',
    answer: { httpStatus: 500, body: { code: 9000, errno: '9001' } },
    client: { code: 'BAD_USER_INPUT', errno: 9001 },
  },
  {
    provider: 'HTTP 503 without its envelope',
    answer: { httpStatus: 503, text: 'busy' },
    client: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
  },
  {
    provider: 'HTTP 404 without its envelope',
    answer: { httpStatus: 404, text: 'nothing here' },
    client: { code: 'UPSTREAM_ERROR', retryable: true },
  },
  {
    provider: 'a page',
    answer: { text: '<h1>It works</h1>' },
    client: { code: 'UPSTREAM_INVALID_RESPONSE', retryable: true },
  },
  {
    provider: 'an undocumented shape',
    answer: { body: { code: 200, data: {} } },
    client: { code: 'UPSTREAM_INVALID_RESPONSE', retryable: true },
  },
  {
    provider: 'a broken connection',
    answer: 'reset',
    client: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
  },
  {
    provider: 'silence',
    answer: 'hang',
    client: { code: 'UPSTREAM_TIMEOUT', retryable: true },
  },
];

const questions = [
  { name: 'photoStatus', ask: print(PhotoStatusDocument), variables: { id: 'a' } },
  { name: 'downloadUrl', ask: print(DownloadUrlDocument), variables: { id: 'a' } },
  { name: 'quota', ask: print(QuotaDocument), variables: {} },
];

describe.each(questions)('$name', ({ ask, variables }) => {
  test.each(failures)(
    'answers $provider with the code of the contract',
    async ({ answer, client }) => {
      await using provider = await startScriptedProvider(
        () => answer,
        () => answer,
      );
      // Only silence is to time out, however slow this machine is.
      const UPSTREAM_TIMEOUT_MS = answer === 'hang' ? '300' : '10000';
      await using gateway = await startGatewayOf({ ...provider.env, UPSTREAM_TIMEOUT_MS });
      const failure = failureOf(await send(gateway, ask, variables));
      expect(failure).toMatchObject(client);
      expect(JSON.stringify(failure)).not.toContain(provider.env['PHOTO_SECRET_KEY']);
    },
  );
});

describe('photoStatus', () => {
  test('returns the provider’s status of a photo that was not uploaded here', async () => {
    await using provider = await startScriptedProvider(() => answers.processing);
    await using gateway = await startGatewayOf(provider.env);
    const { photoStatus } = dataOf(await send(gateway, PhotoStatusDocument, { id: 'elsewhere' }));
    expect(photoStatus).toMatchObject({ id: 'elsewhere', status: 'PROCESSING', repairType: null });
    expect(provider.calls).toHaveLength(1);
  });

  test('requests the download address only if it is selected', async () => {
    await using provider = await startScriptedProvider(({ endpoint }) =>
      endpoint === 'status' ? answers.ready : answers.download('a'),
    );
    await using gateway = await startGatewayOf(provider.env);
    await send(gateway, '{ photoStatus(id: "a") { id status readyAt } }');
    expect(provider.calls.map(({ endpoint }) => endpoint)).toEqual(['status']);
    const selected = await send<{ photoStatus: object }, object>(
      gateway,
      '{ photoStatus(id: "a") { downloadUrl { url expiresAt } } }',
    );
    expect(dataOf(selected).photoStatus).toMatchObject({
      downloadUrl: { url: 'http://127.0.0.1/a.jpg', expiresAt: expect.any(String) },
    });
    expect(provider.calls.map(({ endpoint }) => endpoint)).toEqual([
      'status',
      'status',
      'download',
    ]);
  });

  test('answers 9002 with PHOTO_NOT_FOUND', async () => {
    await using provider = await startScriptedProvider(() => answers.failure(9002));
    await using gateway = await startGatewayOf(provider.env);
    const failure = failureOf(await send(gateway, PhotoStatusDocument, { id: 'nowhere' }));
    expect(failure).toMatchObject({ code: 'PHOTO_NOT_FOUND', errno: 9002, retryable: false });
  });

  test.each(['', 'a b', 'é', '../a', 'a'.repeat(129)])(
    'refuses the id %j without a call',
    async (id) => {
      await using provider = await startScriptedProvider(() => answers.ready);
      await using gateway = await startGatewayOf(provider.env);
      for (const ask of [PhotoStatusDocument, DownloadUrlDocument]) {
        const failure = failureOf(await send<unknown, { id: string }>(gateway, print(ask), { id }));
        expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
      }
      expect(provider.calls).toHaveLength(0);
    },
  );
});

describe('downloadUrl', () => {
  test('distinguishes a photo being processed from an unknown one', async () => {
    await using provider = await startScriptedProvider(({ endpoint, fields }) =>
      endpoint === 'status' && fields.get('mdf') === 'slow'
        ? answers.processing
        : answers.failure(9002),
    );
    await using gateway = await startGatewayOf(provider.env);
    const slow = failureOf(await send(gateway, DownloadUrlDocument, { id: 'slow' }));
    expect(slow).toMatchObject({ code: 'PHOTO_NOT_READY', errno: 9002, retryable: true });
    const unknown = failureOf(await send(gateway, DownloadUrlDocument, { id: 'unknown' }));
    expect(unknown).toMatchObject({ code: 'PHOTO_NOT_FOUND', errno: 9002, retryable: false });
  });

  test('finds a picture that got ready between its calls', async () => {
    await using provider = await startScriptedProvider(({ endpoint }, earlier) => {
      if (endpoint === 'status') return answers.ready;
      return earlier === 0 ? answers.failure(9002) : answers.download('a');
    });
    await using gateway = await startGatewayOf(provider.env);
    const { downloadUrl } = dataOf(await send(gateway, DownloadUrlDocument, { id: 'a' }));
    expect(downloadUrl.url).toBe('http://127.0.0.1/a.jpg');
  });
});

describe('a photo that the provider no longer finds', () => {
  test('is READY within its hour however often that happens, and EXPIRED after it', async () => {
    let deleted = false;
    await using provider = await startScriptedProvider(({ endpoint }) => {
      if (deleted) return answers.failure(9002);
      return endpoint === 'status' ? answers.ready : answers.download('a');
    });
    let offsetMs = 0;
    const photos = { provenMissingAfterMs: 0, now: () => Date.now() + offsetMs };
    await using gateway = await serveModule(provider.env['PHOTO_API_URL'] ?? '', { photos });
    const status = async () =>
      dataOf(await send(gateway, PhotoStatusDocument, { id: 'a' })).photoStatus;
    expect((await status()).status).toBe('READY');
    deleted = true;
    const ask = async () => failureOf(await send(gateway, DownloadUrlDocument, { id: 'a' }));
    for (let count = 0; count < 4; count += 1) {
      expect(await ask()).toMatchObject({ code: 'PHOTO_NOT_READY', errno: 9002, retryable: true });
    }
    deleted = false;
    expect(dataOf(await send(gateway, DownloadUrlDocument, { id: 'a' })).downloadUrl.url).toBe(
      'http://127.0.0.1/a.jpg',
    );
    deleted = true;
    offsetMs = 3_600_001;
    expect(await ask()).toMatchObject({ code: 'PHOTO_EXPIRED', retryable: false });
    expect(await status()).toMatchObject({ status: 'EXPIRED', downloadUrl: null });
  });
});

const unused = () => answers.failure(500);

describe('quota', () => {
  test('accepts numbers as text', async () => {
    await using provider = await startScriptedProvider(unused, () => answers.nums('98'));
    await using gateway = await startGatewayOf(provider.env);
    const { quota } = dataOf(await send(gateway, QuotaDocument, {}));
    expect(quota).toMatchObject({ accountCode: 'test', remaining: 98 });
  });

  test('answers 9002 with ACCOUNT_NOT_FOUND', async () => {
    await using provider = await startScriptedProvider(unused, () => answers.failure(9002));
    await using gateway = await startGatewayOf(provider.env);
    const failure = failureOf(await send(gateway, QuotaDocument, {}));
    expect(failure).toMatchObject({ code: 'ACCOUNT_NOT_FOUND', errno: 9002, retryable: false });
  });
});
