import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { answers as stubAnswers, startProviderStub } from './support/provider-stub.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const picture = () => uploadOf([Buffer.from('picture')]);

/** A provider that answers queries about photos when the test says so. */
async function startHoldingProvider() {
  const released = Promise.withResolvers<void>();
  let held = 0;
  const stub = await startProviderStub(async (call) => {
    if (call.path.endsWith('/upload')) return stubAnswers.uploaded('photo');
    if (call.path.endsWith('/nums')) return stubAnswers.quota(5);
    if (call.fields['mdf'] === 'own') return stubAnswers.status(200);
    held += 1;
    await released.promise;
    return stubAnswers.status(100);
  });
  return { stub, released, held: () => held };
}

test('whatever clients query, uploads and the gateway’s polls continue, and the circuit stays closed', async () => {
  const { stub, released, held } = await startHoldingProvider();
  await using _ = stub;
  await using provider = connectProvider(stub.url, {
    timeoutMs: 60_000,
    maxUploads: 2,
    circuitFailureThreshold: 1,
  });
  const asked = Array.from({ length: 500 }, (_photo, id) =>
    provider.forClient(`client-${id % 100}`).status(`p${id}`),
  );
  await expect.poll(held).toBe(64);
  const uploaded = await Promise.all([provider.upload(picture()), provider.upload(picture())]);
  expect(uploaded).toMatchObject([{ id: 'photo' }, { id: 'photo' }]);
  expect(await provider.status('own')).toBe('READY');
  expect(held()).toBe(64);
  released.resolve();
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['PROCESSING']));
  expect(provider.state).toBe('answering');
});

test('a call that waits too long for its turn is told when to try again, and does not count as unanswered', async () => {
  const { stub, released, held } = await startHoldingProvider();
  await using _ = stub;
  await using provider = connectProvider(stub.url, {
    timeoutMs: 3000,
    attemptTimeoutMs: 3000,
    maxAttempts: 1,
    circuitFailureThreshold: 1000,
  });
  const sent = Array.from({ length: 64 }, (_photo, id) => provider.status(`p${id}`));
  const outcomes = Promise.allSettled(sent);
  await expect.poll(held).toBe(64);
  const waiting = provider.status('waiting');
  await expect(waiting).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 1000 });
  released.resolve();
  await outcomes;
  expect(await provider.status('later')).toBe('PROCESSING');
});

test('a caller that leaves the queue gives its turn to the next', async () => {
  const { stub, released, held } = await startHoldingProvider();
  await using _ = stub;
  await using provider = connectProvider(stub.url, { timeoutMs: 60_000 });
  const sent = Array.from({ length: 64 }, (_photo, id) => provider.status(`p${id}`));
  await expect.poll(held).toBe(64);
  const controller = new AbortController();
  const left = provider.status('left', controller.signal);
  const next = provider.status('next');
  await turn();
  controller.abort();
  await expect(left).rejects.toMatchObject({ name: 'AbortError' });
  released.resolve();
  await Promise.all(sent);
  expect(await next).toBe('PROCESSING');
  expect(stub.calls.map(({ fields }) => fields['mdf'])).not.toContain('left');
});

test('a client with thousands of queries uses at most half of the slots, and its uploads continue', async () => {
  const released = Promise.withResolvers<void>();
  await using provider = await startScriptedProvider(async ({ endpoint }) => {
    if (endpoint === 'upload') return answers.uploaded('photo');
    await released.promise;
    return answers.processing;
  });
  await using gateway = await startGatewayOf({
    ...provider.env,
    POLL_INTERVAL_MS: '60000',
    UPSTREAM_TIMEOUT_MS: '60000',
  });
  const fields = Array.from({ length: 20 }, (_field, index) => index);
  const questions = Array.from({ length: 60 }, async (_question, question) => {
    const ids = fields.map((field) => `f${field}: photoStatus(id: "q${question}-${field}") { id }`);
    const result = await send(gateway, `{ ${ids.join(' ')} }`);
    return result.errors?.map(({ extensions }) => extensions) ?? [];
  });
  await expect.poll(() => provider.mostAtOnce('status')).toBe(32);
  const file = await readFixture('landscape-small.jpg');
  const upload = await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' });
  expect(dataOf(upload).uploadPhoto.id).toBe('photo');
  // The provider has answered nobody yet.
  const refusals = await Promise.race(questions);
  expect(refusals).not.toHaveLength(0);
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1000 });
  }
  expect(provider.mostAtOnce('status')).toBe(32);
  released.resolve();
  await Promise.all(questions);
});
