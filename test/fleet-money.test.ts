import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { startFleet } from './support/fleet-gateways.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';

const file = await readFixture('landscape-small.jpg');
const keyed = (idempotencyKey: string) => ({
  file,
  repairType: 'REPAIR' as const,
  idempotencyKey,
});

/** An unanswered upload settles at once. */
const SETTLED = { UPLOAD_SETTLE_MS: '1' };

/** An account whose first uploads are answered as the test says, and whose quota it counts. */
async function startAccount(expected: number) {
  const account = { charged: 0 };
  const uploads: PromiseWithResolvers<Answer>[] = [];
  const provider = await startScriptedProvider(
    ({ endpoint }) => {
      if (endpoint !== 'upload') return answers.processing;
      const answer = Promise.withResolvers<Answer>();
      uploads.push(answer);
      return uploads.length > expected ? answers.uploaded('unexpected') : answer.promise;
    },
    () => answers.nums(5 - account.charged),
  );

  /** Waits for the upload of this number, which may then be answered. */
  async function arrived(index: number) {
    await expect.poll(() => uploads.length).toBeGreaterThan(index);
    return (answer: Answer) => uploads[index]?.resolve(answer);
  }

  return {
    account,
    provider,
    uploads,
    arrived,
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}

test('an upload that another gateway has open does not hide the charge of one that is lost', async () => {
  await using stub = await startAccount(2);
  await using fleet = await startFleet({ ...stub.provider.env, ...SETTLED });
  const [a, b] = fleet.gateways;
  const other = sendFile(b, UploadPhotoDocument, keyed('other'));
  const answerOther = await stub.arrived(0);
  stub.account.charged = 1;

  const lost = sendFile(a, UploadPhotoDocument, keyed('lost'));
  const answerLost = await stub.arrived(1);
  stub.account.charged = 2;
  answerLost('reset');
  expect(failureOf(await lost)).toMatchObject({ charged: null });
  answerOther(answers.uploaded('other'));
  dataOf(await other);

  const retry = failureOf(await sendFile(a, UploadPhotoDocument, keyed('lost')));
  expect(retry).toMatchObject({ code: 'UPLOAD_OUTCOME_UNKNOWN', charged: null });
  expect(stub.uploads).toHaveLength(2);
});

test('an upload that another gateway has open leaves a lost one undecided until it ends', async () => {
  await using stub = await startAccount(3);
  await using fleet = await startFleet({ ...stub.provider.env, ...SETTLED });
  const [a, b] = fleet.gateways;
  const lost = sendFile(a, UploadPhotoDocument, keyed('lost'));
  (await stub.arrived(0))('reset');
  expect(failureOf(await lost)).toMatchObject({ charged: null });

  const other = sendFile(b, UploadPhotoDocument, keyed('other'));
  const answerOther = await stub.arrived(1);
  stub.account.charged = 1;
  const early = failureOf(await sendFile(a, UploadPhotoDocument, keyed('lost')));
  expect(early).toMatchObject({ code: 'RATE_LIMITED', charged: null });
  answerOther(answers.uploaded('other'));
  dataOf(await other);

  const retry = sendFile(b, UploadPhotoDocument, keyed('lost'));
  (await stub.arrived(2))(answers.uploaded('again'));
  expect(dataOf(await retry).uploadPhoto.id).toBe('again');
});

test('an upload that another gateway made a moment ago does not hide the charge of a lost one', async () => {
  await using stub = await startAccount(2);
  await using fleet = await startFleet({ ...stub.provider.env, UPLOAD_SETTLE_MS: '3000' });
  const [a, b] = fleet.gateways;
  const lost = sendFile(a, UploadPhotoDocument, keyed('lost'));
  const answerLost = await stub.arrived(0);
  const lostAtMs = performance.now();
  stub.account.charged = 1;
  answerLost('reset');
  expect(failureOf(await lost)).toMatchObject({ charged: null });
  // So that the other, whose charge is still to come, has not settled when the first one settles.
  await delay(2000 - (performance.now() - lostAtMs));
  const other = sendFile(b, UploadPhotoDocument, keyed('other'));
  (await stub.arrived(1))(answers.uploaded('other'));
  dataOf(await other);
  const retry = failureOf(await sendFile(a, UploadPhotoDocument, keyed('lost')));
  expect(retry).toMatchObject({ code: 'RATE_LIMITED', charged: null });
  expect(stub.uploads).toHaveLength(2);
});

test('a quota that was asked for before another gateway was charged is not compared with', async () => {
  await using stub = await startAccount(3);
  await using fleet = await startFleet({ ...stub.provider.env, ...SETTLED });
  const [a, b] = fleet.gateways;
  const other = sendFile(b, UploadPhotoDocument, keyed('other'));
  const answerOther = await stub.arrived(0);
  dataOf(await send(a, '{ quota { remaining } }'));
  stub.account.charged = 1;
  answerOther(answers.uploaded('other'));
  dataOf(await other);

  const lost = sendFile(a, UploadPhotoDocument, keyed('lost'));
  (await stub.arrived(1))('reset');
  expect(failureOf(await lost)).toMatchObject({ charged: null });
  const retry = sendFile(a, UploadPhotoDocument, keyed('lost'));
  (await stub.arrived(2))(answers.uploaded('again'));
  expect(dataOf(await retry).uploadPhoto.id).toBe('again');
});

test('a repeat on another gateway gets the outcome of the upload that runs', async () => {
  await using stub = await startAccount(1);
  await using fleet = await startFleet({ ...stub.provider.env, ...SETTLED });
  const [a, b] = fleet.gateways;
  const first = sendFile(a, UploadPhotoDocument, keyed('k'));
  const answer = await stub.arrived(0);
  const repeat = sendFile(b, UploadPhotoDocument, keyed('k'));
  const elsewhere = failureOf(
    await sendFile(b, UploadPhotoDocument, { ...keyed('k'), repairType: 'COLORIZE' }),
  );
  expect(elsewhere).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  answer(answers.uploaded('one'));
  expect(dataOf(await first).uploadPhoto.id).toBe('one');
  expect(dataOf(await repeat).uploadPhoto.id).toBe('one');
  expect(stub.uploads).toHaveLength(1);
});

test('a repeat on another gateway is sent if the upload that ran has cost nothing', async () => {
  await using stub = await startAccount(2);
  await using fleet = await startFleet({ ...stub.provider.env, ...SETTLED });
  const [a, b] = fleet.gateways;
  const first = sendFile(a, UploadPhotoDocument, keyed('k'));
  const answer = await stub.arrived(0);
  const repeat = sendFile(b, UploadPhotoDocument, keyed('k'));
  answer(answers.failure(9005));
  expect(failureOf(await first)).toMatchObject({ charged: false });
  (await stub.arrived(1))(answers.uploaded('two'));
  expect(dataOf(await repeat).uploadPhoto.id).toBe('two');
});
