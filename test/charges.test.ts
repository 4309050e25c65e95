import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startGateway, startGatewayOf } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('landscape-small.jpg');
const input = { file, repairType: 'REPAIR' } as const;
const keyed = (idempotencyKey: string) => ({ ...input, idempotencyKey });

/** The answers to a request for the quota that fails three times. */
const silence: readonly Answer[] = ['reset', 'reset', 'reset'];

/** A provider that answers uploads as `script` says, one after the other, and the quota as `quota` says. */
async function startAccount(script: readonly Answer[], quota: readonly Answer[]) {
  let asked = 0;
  return startScriptedProvider(
    ({ endpoint }, earlier) => {
      if (endpoint === 'status') return answers.processing;
      return script[earlier] ?? answers.uploaded(`photo-${earlier}`);
    },
    () => quota[Math.min(asked++, quota.length - 1)] ?? 'hang',
  );
}

describe('an upload that fails without a charge', () => {
  test.each([
    ['no background', { ...input, repairType: 'REPLACE_BACKGROUND' }],
    ['a malformed colour', { ...input, repairType: 'REPLACE_BACKGROUND', background: 'white' }],
    ['an empty file', { ...input, file: new Blob([]) }],
    ['not a picture', { ...input, file: new Blob(['text']) }],
    ['too long a waitSeconds', { ...input, waitSeconds: 61 }],
  ] as const)('says so for %s', async (_what, variables) => {
    await using gateway = await startGateway();
    const failure = failureOf(await sendFile(gateway, UploadPhotoDocument, variables));
    expect(failure).toHaveProperty('charged', false);
    expect(gateway.simulator.uploadsLeft).toBe(100);
  });

  test('says so for a form without the header that it needs', async () => {
    await using gateway = await startGateway();
    const form = new FormData();
    const response = await fetch(gateway.endpoint, { method: 'POST', body: form });
    const body: unknown = await response.json();
    expect(body).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN', charged: false } }],
    });
  });

  test('says so for uploadPhoto without a file, and not for other operations', async () => {
    await using gateway = await startGateway();
    const upload =
      'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';
    const failure = failureOf(await send(gateway, upload, { file: 'none' }));
    expect(failure).toHaveProperty('charged', false);
    const query = failureOf(await send(gateway, '{ photoStatus(id: "a b") { id } }'));
    expect(query).not.toHaveProperty('charged');
  });

  test.each([9001, 9005, 9006, 9009, 9101, 9999])('says so for errno %i', async (errno) => {
    await using provider = await startAccount([answers.failure(errno)], [answers.nums(5)]);
    await using gateway = await startGatewayOf(provider.env);
    const failure = failureOf(await sendFile(gateway, UploadPhotoDocument, input));
    expect(failure).toMatchObject({ errno, charged: false });
  });
});

describe('an upload whose answer is lost', () => {
  /** Settings under which an unanswered upload settles quickly. */
  const settled = { UPLOAD_SETTLE_MS: '1' };

  test.each([
    ['the connection broke', 'reset', 'UPSTREAM_UNAVAILABLE'],
    ['the provider broke', { httpStatus: 502, text: 'Bad gateway' }, 'UPSTREAM_UNAVAILABLE'],
    ['the provider did not answer', 'hang', 'UPSTREAM_TIMEOUT'],
  ] as const)('may have been charged, whatever the quota says: %s', async (_what, answer, code) => {
    await using provider = await startAccount([answer], [answers.nums(5)]);
    const env = { ...provider.env, UPLOAD_TIMEOUT_MS: '500' };
    await using gateway = await startGatewayOf(env);
    const failure = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    expect(failure).toMatchObject({ code, charged: null });
    expect(failure['message']).toContain('may have been charged');
    expect(failure['message']).toContain('same idempotency key');
  });

  test('is sent again under its key once it has settled and the quota is unchanged', async () => {
    await using provider = await startAccount(['reset'], [answers.nums(5)]);
    await using gateway = await startGatewayOf({ ...provider.env, ...settled });
    const failure = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    expect(failure).toMatchObject({ charged: null });
    const again = dataOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    expect(again.uploadPhoto.id).toBe('photo-1');
  });

  test('is not sent again before it has settled', async () => {
    await using provider = await startAccount(['reset'], [answers.nums(5)]);
    await using gateway = await startGatewayOf({ ...provider.env, UPLOAD_SETTLE_MS: '3600000' });
    failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    const retry = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    expect(retry).toMatchObject({ code: 'RATE_LIMITED', retryable: true, charged: null });
    expect(retry['retryAfterMs']).toBeGreaterThan(3_500_000);
    expect(retry['retryAfterMs']).toBeLessThan(3_600_000);
    expect(provider.uploads).toHaveLength(1);
  });

  test('is found charged by a retry that waits until it settles', async () => {
    let charged = 0;
    await using provider = await startScriptedProvider(
      () => 'reset',
      () => answers.nums(5 - charged),
    );
    await using gateway = await startGatewayOf({ ...provider.env, UPLOAD_SETTLE_MS: '1500' });
    failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    const retry = sendFile(gateway, UploadPhotoDocument, keyed('a'));
    // As a provider may do that continues with a picture whose connection broke.
    charged = 1;
    expect(failureOf(await retry)).toMatchObject({ code: 'UPLOAD_OUTCOME_UNKNOWN', charged: null });
    expect(provider.uploads).toHaveLength(1);
  });

  test.each([
    ['the quota has gone down', [answers.nums(5), answers.nums(4)]],
    ['the quota has gone up', [answers.nums(5), answers.nums(105)]],
    ['the quota was not known before', [...silence, answers.nums(5)]],
  ] satisfies [string, Answer[]][])('is not paid a second time if %s', async (_what, quota) => {
    await using provider = await startAccount(['reset'], quota);
    await using gateway = await startGatewayOf({ ...provider.env, ...settled });
    const failure = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', charged: null });

    const retry = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    expect(retry).toMatchObject({
      code: 'UPLOAD_OUTCOME_UNKNOWN',
      retryable: false,
      charged: null,
    });
    expect(provider.uploads).toHaveLength(1);
    const anew = dataOf(await sendFile(gateway, UploadPhotoDocument, keyed('b')));
    expect(anew.uploadPhoto.id).toBe('photo-1');
  });

  test('is checked again later if the provider does not report the quota', async () => {
    const quota = [answers.nums(5), ...silence, answers.nums(5)];
    await using provider = await startAccount(['reset'], quota);
    await using gateway = await startGatewayOf({ ...provider.env, ...settled });
    failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    const retry = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    expect(retry).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true, charged: null });
    expect(provider.uploads).toHaveLength(1);
    const again = dataOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    expect(again.uploadPhoto.id).toBe('photo-1');
  });

  test('is distinguished from those that were charged since', async () => {
    const quota = [answers.nums(5), answers.nums(5), answers.nums(4)];
    await using provider = await startAccount(['reset'], quota);
    await using gateway = await startGatewayOf({ ...provider.env, ...settled });
    failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('lost')));
    dataOf(await sendFile(gateway, UploadPhotoDocument, keyed('other')));
    const retry = dataOf(await sendFile(gateway, UploadPhotoDocument, keyed('lost')));
    expect(retry.uploadPhoto.id).toBe('photo-2');
  });

  test('is not distinguished from one that runs at the same time', async () => {
    const answered = Promise.withResolvers<Answer>();
    let charged = 0;
    await using provider = await startScriptedProvider(
      ({ endpoint }, earlier) => {
        if (endpoint !== 'upload') return answers.processing;
        if (earlier === 0) return 'reset';
        if (earlier > 1) return answers.uploaded(`photo-${earlier}`);
        charged = 1;
        return answered.promise;
      },
      () => answers.nums(5 - charged),
    );
    await using gateway = await startGatewayOf({ ...provider.env, ...settled });
    failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('lost')));
    const other = sendFile(gateway, UploadPhotoDocument, keyed('other'));
    await expect.poll(() => charged).toBe(1);
    const retry = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('lost')));
    expect(retry).toMatchObject({ code: 'RATE_LIMITED', charged: null });
    answered.resolve(answers.uploaded('photo-1'));
    dataOf(await other);
    const again = dataOf(await sendFile(gateway, UploadPhotoDocument, keyed('lost')));
    expect(again.uploadPhoto.id).toBe('photo-2');
  });

  test('is not hidden by one that succeeds and is charged late', async () => {
    let charged = 0;
    await using provider = await startScriptedProvider(
      ({ endpoint }, earlier) => {
        if (endpoint !== 'upload') return answers.processing;
        // The charge of the second is still to come.
        if (earlier === 0) charged += 1;
        return earlier === 0 ? 'reset' : answers.uploaded(`photo-${earlier}`);
      },
      () => answers.nums(5 - charged),
    );
    const env = { ...provider.env, UPLOAD_SETTLE_MS: '4000' };
    await using gateway = await startGatewayOf(env);
    const lostAtMs = performance.now();
    failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('lost')));
    // So that the other has not settled when the first one settles.
    await delay(3000 - (performance.now() - lostAtMs));
    dataOf(await sendFile(gateway, UploadPhotoDocument, keyed('other')));
    const retry = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('lost')));
    expect(retry).toMatchObject({ code: 'RATE_LIMITED', retryable: true, charged: null });
    charged += 1;
    const late = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('lost')));
    expect(late).toMatchObject({ code: 'UPLOAD_OUTCOME_UNKNOWN', charged: null });
    expect(provider.uploads).toHaveLength(2);
  });

  test('is checked before it is paid again after a restart too, with the same wait', async () => {
    await using directory = await makeTemporaryDirectory();
    await using provider = await startAccount(['reset'], [answers.nums(5), answers.nums(4)]);
    const env = { ...provider.env, DATA_DIR: directory.path };
    {
      await using gateway = await startGatewayOf(env);
      failureOf(await sendFile(gateway, UploadPhotoDocument, keyed('a')));
    }
    {
      await using restarted = await startGatewayOf({ ...env, UPLOAD_SETTLE_MS: '3600000' });
      const retry = failureOf(await sendFile(restarted, UploadPhotoDocument, keyed('a')));
      expect(retry).toMatchObject({ code: 'RATE_LIMITED', charged: null });
    }
    await using restarted = await startGatewayOf({ ...env, ...settled });
    const retry = failureOf(await sendFile(restarted, UploadPhotoDocument, keyed('a')));
    expect(retry).toMatchObject({ code: 'UPLOAD_OUTCOME_UNKNOWN', charged: null });
    expect(provider.uploads).toHaveLength(1);
  });
});

describe('an account with nothing left', () => {
  test('is checked before a byte is sent, until uploads have been bought', async () => {
    await using gateway = await startGateway();
    const { simulator } = gateway;
    simulator.setUploadsLeft(0);
    const uploads = () => simulator.requests.filter(({ endpoint }) => endpoint === 'upload').length;
    const first = failureOf(await sendFile(gateway, UploadPhotoDocument, input));
    expect(first).toMatchObject({ code: 'QUOTA_EXHAUSTED', charged: false });
    const sent = uploads();
    const second = failureOf(await sendFile(gateway, UploadPhotoDocument, input));
    expect(second).toMatchObject({ code: 'QUOTA_EXHAUSTED', charged: false });
    expect(uploads()).toBe(sent);
    simulator.setUploadsLeft(1);
    await expect
      .poll(async () => sendFile(gateway, UploadPhotoDocument, input))
      .toHaveProperty('data.uploadPhoto.status', 'PROCESSING');
  });
});
