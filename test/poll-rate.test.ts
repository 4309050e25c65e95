import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPollRate, type PollRate } from '../src/photos/watching/poll-rate.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

interface Load {
  readonly tookMs?: number;
  /** The part of the polls that fail as they do under overload. */
  readonly failing?: number;
  /** Whether polls wait for the rate. */
  readonly isWanted?: boolean;
}

/** Sends twenty polls a second for so long. */
function run(rate: PollRate, seconds: number, load: Load = {}) {
  const { tookMs = 20, failing = 0, isWanted = true } = load;
  for (let poll = 0; poll < seconds * 20; poll += 1) {
    vi.advanceTimersByTime(50);
    if (isWanted) rate.wanted();
    const overloaded = (poll * failing) % 1 > 1 - failing - 1e-9 && failing > 0;
    const sentAtMs = performance.now() - tookMs;
    rate.heard({ sentAtMs, tookMs: overloaded ? null : tookMs, overloaded });
  }
}

describe('the rate of polls', () => {
  test('starts generous, and grows to its ceiling within a second while polls wait', () => {
    const rate = createPollRate(1000);
    expect(rate.perSecond).toBe(500);
    run(rate, 1.1);
    expect(rate.perSecond).toBe(1000);
  });

  test('does not grow where no poll waits for it', () => {
    const rate = createPollRate(1000);
    run(rate, 60, { isWanted: false });
    expect(rate.perSecond).toBe(500);
  });

  test.each([0.01, 1, 20, 1000, 10_000])('never exceeds the ceiling %d', (ceiling) => {
    const rate = createPollRate(ceiling);
    let most = rate.perSecond;
    for (const failing of [0, 1, 0, 0.5, 0]) {
      run(rate, 10, { failing });
      most = Math.max(most, rate.perSecond);
    }
    expect(most).toBe(ceiling);
  });

  test('is the share of one node, which follows the number of nodes', () => {
    let nodes = 1;
    const rate = createPollRate(1000, () => nodes);
    run(rate, 1.1);
    expect(rate.perSecond).toBe(1000);
    nodes = 4;
    expect(rate.perSecond).toBe(250);
    run(rate, 5);
    expect(rate.perSecond).toBe(250);
    nodes = 1;
    run(rate, 5);
    expect(rate.perSecond).toBe(1000);
  });

  test('falls to a few within seconds while every poll fails, and is back some seconds later', () => {
    const rate = createPollRate(1000);
    run(rate, 2);
    run(rate, 5, { failing: 1 });
    expect(rate.perSecond).toBe(10);
    run(rate, 5);
    expect(rate.perSecond).toBeGreaterThan(500);
    run(rate, 10);
    expect(rate.perSecond).toBe(1000);
  });

  test('falls in proportion to the polls that fail', () => {
    const all = createPollRate(1000);
    run(all, 2, { failing: 1 });
    const some = createPollRate(1000);
    run(some, 2, { failing: 0.25 });
    expect(all.perSecond).toBeLessThan(100);
    expect(some.perSecond).toBeGreaterThan(250);
    expect(some.perSecond).toBeLessThan(450);
  });

  test('is not held back by one poll in twenty that fails', () => {
    const rate = createPollRate(1000);
    run(rate, 60, { failing: 0.05 });
    expect(rate.perSecond).toBe(1000);
  });

  test('falls where answers take much longer than usual, and rises once that is usual', () => {
    const rate = createPollRate(1000);
    run(rate, 10, { tookMs: 20 });
    run(rate, 3, { tookMs: 1000 });
    expect(rate.perSecond).toBeLessThan(200);
    run(rate, 60, { tookMs: 1000 });
    expect(rate.perSecond).toBe(1000);
  });

  test('does not fall for a provider that is slow as ever, nor for one slow answer among fast ones', () => {
    const rate = createPollRate(1000);
    run(rate, 20, { tookMs: 2000 });
    expect(rate.perSecond).toBe(1000);
    for (let second = 0; second < 20; second += 1) {
      run(rate, 0.9);
      run(rate, 0.1, { tookMs: 3000 });
    }
    expect(rate.perSecond).toBe(1000);
  });

  test('is judged by no poll that was sent before it fell', () => {
    const rate = createPollRate(1000);
    const sentAtMs = performance.now();
    vi.advanceTimersByTime(5000);
    for (let poll = 0; poll < 64; poll += 1) {
      vi.advanceTimersByTime(20);
      rate.heard({ sentAtMs, tookMs: null, overloaded: true });
    }
    expect(rate.perSecond).toBe(250);
  });

  test('starts anew for whoever comes long after the trouble', () => {
    const rate = createPollRate(1000);
    run(rate, 10, { failing: 1 });
    vi.advanceTimersByTime(11_000);
    rate.wanted();
    expect(rate.perSecond).toBe(500);
  });
});
