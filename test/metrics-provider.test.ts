import { describe, expect, test } from 'vitest';
import { send } from './support/graphql-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startObservedGateway } from './support/telemetry-gateway.ts';

const status = '{ photoStatus(id: "a") { id } }';
const calls = (outcome: string, errno: string) =>
  `photo_gateway_provider_calls_total{endpoint="status",outcome="${outcome}",errno="${errno}"}`;

describe('a call to the provider is counted', () => {
  test.each([
    ['a result', answers.processing, 'ok', 'none', 1],
    ['an errno of its document', answers.failure(9002), 'failed', '9002', 1],
    ['an unknown errno', answers.failure(123_456), 'failed', 'other', 1],
    ['a failure without errno', { body: { code: 9000 } }, 'failed', 'none', 1],
    ['HTTP 403', { httpStatus: 403, text: 'no' }, 'failed', 'none', 1],
    ['HTTP 502', { httpStatus: 502, text: 'no' }, 'unavailable', 'none', 3],
    ['a page', { text: '<html>' }, 'invalid', 'none', 1],
    ['a broken connection', 'reset', 'unavailable', 'none', 3],
  ] satisfies [string, Answer, string, string, number][])(
    'for %s, each attempt with its outcome',
    async (_what, answer, outcome, errno, attempts) => {
      await using provider = await startScriptedProvider(() => answer);
      await using gateway = await startObservedGateway(provider.env);
      await send(gateway, status);
      const metrics = await gateway.metrics();
      expect(metrics.of(calls(outcome, errno))).toBe(attempts);
      expect(metrics.sumOf('photo_gateway_provider_calls_total')).toBe(attempts);
      const durations = 'photo_gateway_provider_call_duration_seconds_count';
      expect(metrics.of(`${durations}{endpoint="status",outcome="${outcome}"}`)).toBe(attempts);
    },
  );

  test('as timed out if there was no answer, and as cut if nobody waited any more', async () => {
    await using provider = await startScriptedProvider(() => 'hang');
    await using gateway = await startObservedGateway({
      ...provider.env,
      UPSTREAM_TIMEOUT_MS: '300',
    });
    await send(gateway, status);
    const metrics = await gateway.metrics();
    expect(metrics.of(calls('timeout', 'none'))).toBeGreaterThanOrEqual(1);
    const controller = new AbortController();
    const address = `${gateway.endpoint}?query=${encodeURIComponent(status)}`;
    const left = fetch(address, { signal: controller.signal }).catch(() => undefined);
    const before = provider.calls.length;
    await expect.poll(() => provider.calls.length).toBeGreaterThan(before);
    controller.abort();
    await left;
    await expect
      .poll(async () => (await gateway.metrics()).of(calls('cut', 'none')))
      .toBeGreaterThanOrEqual(1);
  });
});

const state = (name: string) => `photo_gateway_provider_circuit_state{state="${name}"}`;

test('an open circuit is reported, but does not make /ready fail', async () => {
  await using provider = await startScriptedProvider(
    () => 'reset',
    () => 'reset',
  );
  await using gateway = await startObservedGateway(provider.env);
  for (let asked = 0; asked < 4; asked += 1) await send(gateway, status);
  const metrics = await gateway.metrics();
  expect(metrics.of(state('open'))).toBe(1);
  expect(metrics.of(state('closed'))).toBe(0);
  const ready = await fetch(`${gateway.url}/ready`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ provider: 'silent' });
});

test('the quota metric is the number that the provider reported last', async () => {
  let left = 7;
  await using provider = await startScriptedProvider(
    () => answers.processing,
    () => answers.nums(left),
  );
  await using gateway = await startObservedGateway(provider.env);
  const heard = async () => (await gateway.metrics()).of('photo_gateway_quota_remaining');
  await send(gateway, '{ quota { remaining } }');
  expect(await heard()).toBe(7);
  left = 3;
  await expect
    .poll(async () => {
      await send(gateway, '{ quota { remaining } }');
      return heard();
    })
    .toBe(3);
});
