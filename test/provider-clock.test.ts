import { expect, test } from 'vitest';
import { createToken } from '../src/provider/token.ts';
import { createSecret } from '../src/common/secret.ts';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { collectLog } from './support/provider-log.ts';
import { answers, startProviderStub, type StubAnswer } from './support/provider-stub.ts';

const SECRET = createSecret('hiliad');
const AUTH_FAILED = { code: 'UPSTREAM_AUTH_FAILED', errno: 9999 };

/** A provider at `clock.seconds` that accepts only tokens of its own second; its answers carry its time. */
async function startStrictProvider(clock: { seconds: number }) {
  return startProviderStub((call): StubAnswer => {
    const headers = { date: new Date(clock.seconds * 1000).toUTCString() };
    if (call.headers['token'] !== createToken(SECRET, clock.seconds)) {
      return { ...answers.failure(9999), headers };
    }
    const answer = call.path.endsWith('/upload') ? answers.uploaded() : answers.quota(7);
    return { ...answer, headers };
  });
}

test.for([3600, -3600, 1_700_000_000])(
  "a provider's clock that is %i s off costs one repeated call, and is logged once",
  async (skewSeconds) => {
    const clock = { seconds: 1_800_000_000 };
    await using stub = await startStrictProvider(clock);
    const { log, lines } = collectLog();
    let nowMs = (clock.seconds - skewSeconds) * 1000;
    await using provider = connectProvider(stub.url, { now: () => nowMs, log });

    expect(await provider.quota()).toMatchObject({ remaining: 7 });
    expect(stub.calls).toHaveLength(2);

    clock.seconds += 5;
    nowMs += 5000;
    expect(await provider.upload(uploadOf([Buffer.from('x')]))).toHaveProperty('id');
    expect(await provider.quota()).toMatchObject({ remaining: 7 });
    expect(stub.calls).toHaveLength(4);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`"offsetSeconds":${skewSeconds}`);
  },
);

test('an upload that is refused for the clock is not repeated, but the next one has the right time', async () => {
  const clock = { seconds: 1_800_000_000 };
  await using stub = await startStrictProvider(clock);
  await using provider = connectProvider(stub.url, { now: () => 1_700_000_000_000 });
  const upload = () => provider.upload(uploadOf([Buffer.from('x')]));
  await expect(upload()).rejects.toMatchObject(AUTH_FAILED);
  expect(stub.calls).toHaveLength(1);
  expect(await upload()).toHaveProperty('id');
});

test('a clock that keeps drifting is followed, and logged again only after a large change', async () => {
  const clock = { seconds: 1_800_000_000 };
  await using stub = await startStrictProvider(clock);
  const { log, lines } = collectLog();
  await using provider = connectProvider(stub.url, { now: () => 1_799_990_000_000, log });
  for (const [moveSeconds, logged] of [
    [0, 1],
    [30, 1],
    [-10, 1],
    [300, 2],
  ] as const) {
    clock.seconds += moveSeconds;
    expect(await provider.quota()).toMatchObject({ remaining: 7 });
    expect(lines).toHaveLength(logged);
  }
});

test.for([
  ['the same time', 'Fri, 15 Jan 2027 08:00:00 GMT'],
  ['a malformed date', 'yesterday'],
  ['no date', ''],
] as const)('a refused token is not tried again if the answer has %s', async ([, date]) => {
  const answer: StubAnswer = { ...answers.failure(9999), headers: { date } };
  await using stub = await startProviderStub(() => answer);
  const { log, lines } = collectLog();
  await using provider = connectProvider(stub.url, { now: () => 1_800_000_000_500, log });
  await expect(provider.quota()).rejects.toMatchObject(AUTH_FAILED);
  expect(stub.calls).toHaveLength(1);
  expect(lines).toEqual([]);
});

test('a token that is refused with the right time too is tried twice at most', async () => {
  await using stub = await startProviderStub((_call, index) => ({
    ...answers.failure(9999),
    headers: { date: new Date(1_800_000_000_000 + index * 3_600_000).toUTCString() },
  }));
  const { log, lines } = collectLog();
  await using provider = connectProvider(stub.url, { now: () => 0, log });
  await expect(provider.quota()).rejects.toMatchObject(AUTH_FAILED);
  expect(stub.calls).toHaveLength(2);
  expect(lines.join('\n')).not.toMatch(/[0-9a-f]{32}|hiliad/);
});
