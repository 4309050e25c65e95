import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createRateLimit, type RateLimit } from '../src/server/admission/traffic/rate-limit.ts';

/** Whether each of `keys`, counted one after the other, was within the limit. */
function takeAll(limit: RateLimit, keys: string) {
  const waits: number[] = [];
  for (const key of keys) waits.push(limit.take(key));
  return waits.map((wait) => wait === 0);
}

describe('a rate limit', () => {
  test('counts each key separately', () => {
    using limit = createRateLimit({ limit: 2, windowMs: 60_000 });
    expect(takeAll(limit, 'aabaab')).toEqual([true, true, true, false, false, true]);
  });

  test('is shared by the gateways that live', () => {
    let livingNodes = 2;
    using limit = createRateLimit({ limit: 5, windowMs: 60_000, livingNodes: () => livingNodes });
    expect(takeAll(limit, 'aaaa')).toEqual([true, true, true, false]);
    livingNodes = 1;
    expect(takeAll(limit, 'aa')).toEqual([true, false]);
  });

  test('reports the rest of its window, and then begins a new one', async () => {
    using limit = createRateLimit({ limit: 1, windowMs: 200 });
    expect(limit.take('a')).toBe(0);
    const waitMs = limit.take('a');
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(200);
    // Node's timers may be a millisecond early.
    await delay(waitMs + 2);
    expect(takeAll(limit, 'aa')).toEqual([true, false]);
  });

  test('remembers a limited number of keys, and forgets the least recently counted first', () => {
    using limit = createRateLimit({ limit: 1, windowMs: 60_000, maxKeys: 2 });
    expect(takeAll(limit, 'abac')).toEqual([true, true, false, true]);
    expect(takeAll(limit, 'ab')).toEqual([false, true]);
  });

  test('forgets everything when it is disposed of', () => {
    const limit = createRateLimit({ limit: 1, windowMs: 3_600_000 });
    expect(takeAll(limit, 'aabb')).toEqual([true, false, true, false]);
    limit[Symbol.dispose]();
    expect(takeAll(limit, 'ab')).toEqual([true, true]);
    limit[Symbol.dispose]();
  });

  test('of null limits nobody', () => {
    using limit = createRateLimit({ limit: null, windowMs: 60_000 });
    expect(takeAll(limit, 'aaaa')).toEqual([true, true, true, true]);
  });
});
