import { describe, expect, test } from 'vitest';
import type { Principal } from '../src/photos/principal.ts';
import type { Photos } from '../src/photos/photos.ts';
import { connectProvider } from './support/provider-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startModule, uploadTo } from './support/start-module.ts';

const origin = 'http://gateway.example';
const anna: Principal = { client: 'anna', uploadsPerDay: null, origin };
const bert: Principal = { client: 'bert', uploadsPerDay: null, origin };

async function told(photos: Photos, principal: Principal, id: string) {
  for await (const outcome of photos.ready(principal, [id])) {
    try {
      return outcome();
    } catch (error) {
      const { code, errno, message, retryAfterMs } = Object(error);
      return { code, errno, message, retryAfterMs };
    }
  }
  throw new Error('The stream ended without an event');
}

/** A provider that has only Anna's photo `hers`. If `fault` is set, it answers the status calls. */
async function startProvider() {
  let fault: Answer | null = null;
  const uploaded = new Set<string>();
  const provider = await startScriptedProvider(({ endpoint, fields }) => {
    if (endpoint === 'upload') {
      uploaded.add('hers');
      return answers.uploaded('hers');
    }
    const id = fields.get('mdf') ?? '';
    if (fault !== null) return fault;
    if (!uploaded.has(id)) return answers.failure(9002);
    return endpoint === 'status' ? answers.ready : answers.download(id);
  });
  return {
    provider,
    url: provider.env['PHOTO_API_URL'] ?? '',
    uploaded,
    setFault: (answer: Answer | null) => void (fault = answer),
    pollsOf: (id: string) =>
      provider.calls.filter(
        ({ endpoint, fields }) => endpoint === 'status' && fields.get('mdf') === id,
      ).length,
  };
}

describe('a client that waits for another client’s photo learns the same as about an unknown one', () => {
  test.each([
    ['does not answer', 'reset' as const],
    ['is busy', { httpStatus: 503, text: 'busy' }],
    ['reports a failure of its own', answers.failure(500)],
    ['sends an invalid answer', { text: '<h1>It works</h1>' }],
    ['does not accept the credentials', answers.failure(9999)],
  ])('while the provider %s', async (_what, fault) => {
    const { provider, url, setFault, pollsOf } = await startProvider();
    await using _ = provider;
    await using client = connectProvider(url, { maxAttempts: 1, circuitFailureThreshold: 1000 });
    const timing = { pollIntervalMs: 20, waitTimeoutMs: 400, provider: client };
    await using module = await startModule(url, timing);
    const { photos } = module;
    await uploadTo(photos, anna);
    expect(await told(photos, anna, 'hers')).toMatchObject({ status: 'READY' });
    const before = pollsOf('hers');
    setFault(fault);
    const [hers, unknown] = await Promise.all([
      told(photos, bert, 'hers'),
      told(photos, bert, 'unknown'),
    ]);
    expect(hers).toEqual(unknown);
    // As often, except for chance.
    const [polls, others] = [pollsOf('hers') - before, pollsOf('unknown')];
    expect(Math.abs(polls - others)).toBeLessThanOrEqual(3);
    expect(polls).toBeGreaterThan(0);
  });

  test('while the circuit is open', async () => {
    const { provider, url, setFault } = await startProvider();
    await using _ = provider;
    const sensitiveCircuit = {
      maxAttempts: 1,
      circuitFailureThreshold: 1,
      circuitBreakMs: 3_600_000,
    };
    await using client = connectProvider(url, sensitiveCircuit);
    await using module = await startModule(url, { provider: client, waitTimeoutMs: 300 });
    const { photos } = module;
    await uploadTo(photos, anna);
    expect(await told(photos, anna, 'hers')).toMatchObject({ status: 'READY' });
    setFault('reset');
    await photos.quota().catch(() => undefined);
    const [hers, unknown] = await Promise.all([
      told(photos, bert, 'hers'),
      told(photos, bert, 'unknown'),
    ]);
    expect(hers).toMatchObject({ code: 'WAIT_TIMEOUT' });
    expect(hers).toEqual(unknown);
  });

  test('while polls are rationed', async () => {
    const { provider, url, pollsOf } = await startProvider();
    await using _ = provider;
    // After the first poll of her own photo no other poll fits into the time.
    const rationed = { pollsPerSecond: 0.01, waitTimeoutMs: 300 };
    await using module = await startModule(url, rationed);
    const { photos } = module;
    await uploadTo(photos, anna);
    expect(await told(photos, anna, 'hers')).toMatchObject({ status: 'READY' });
    const before = pollsOf('hers');
    for (const id of ['hers', 'unknown']) {
      expect(await told(photos, bert, id)).toMatchObject({ code: 'WAIT_TIMEOUT' });
    }
    expect(pollsOf('hers')).toBe(before);
  });
});

test('a client that waited for the id before the upload of another one is not notified', async () => {
  const { provider, url, setFault } = await startProvider();
  await using _ = provider;
  await using module = await startModule(url);
  const { photos } = module;
  setFault(answers.failure(500));
  const waiting = told(photos, bert, 'hers');
  await expect.poll(() => provider.calls.length).toBeGreaterThan(0);
  await uploadTo(photos, anna);
  const hers = told(photos, anna, 'hers');
  setFault(null);
  expect(await hers).toMatchObject({ status: 'READY' });
  expect(await waiting).toMatchObject({ code: 'PHOTO_NOT_FOUND', errno: 9002 });
});

test('a client that waited for an id before its own upload is notified when it is READY', async () => {
  const { provider, url, setFault } = await startProvider();
  await using _ = provider;
  await using module = await startModule(url);
  const { photos } = module;
  setFault(answers.failure(500));
  const waiting = told(photos, anna, 'hers');
  await expect.poll(() => provider.calls.length).toBeGreaterThan(0);
  await uploadTo(photos, anna);
  setFault(null);
  expect(await waiting).toMatchObject({ id: 'hers', status: 'READY', repairType: 'REPAIR' });
});
