import { describe, expect, test } from 'vitest';
import { createClassTimes } from '../src/photos/watching/planning/class-times.ts';
import { medianReadyAgeMs } from '../src/photos/watching/planning/median-ready-age.ts';
import { nextPollAgeMs, readyChance } from '../src/photos/watching/planning/poll-plan.ts';
import { noSamples } from '../src/photos/watching/planning/processing-time-samples.ts';

/** Counts this many photos that were not ready at `ageMs`. */
function follow(times: ReturnType<typeof createClassTimes>, count: number, ageMs: number) {
  const replanned = new Set<number>();
  const photos = Array.from({ length: count }, (_, index) => {
    const photo = { askedAtMs: () => ageMs, replan: () => void replanned.add(index) };
    times.survived(photo, ageMs);
    return times.follow(photo);
  });
  return { photos, replanned };
}

/** Learns from this many photos that took about 3 s. */
function learn(times: ReturnType<typeof createClassTimes>, count: number) {
  for (let index = 0; index < count; index += 1) {
    times.learn({ notReadyAtMs: 2900 + 20 * (index % 10), readyAtMs: 3000 + 20 * (index % 10) });
  }
}

const plan = { pollIntervalMs: 1000, minGapMs: 30, askedAtMs: 0, ageMs: 0, polls: 0, random: 0.5 };

/** When a photo of 10 ms is polled next, beside photos that were ready and others that are not. */
function nextBeside(ready: number, unfinished: number): number {
  const times = createClassTimes(noSamples);
  follow(times, unfinished, 3200);
  learn(times, ready);
  return nextPollAgeMs({ ...plan, samples: times.planning, polls: 3, ageMs: 10 });
}

describe('while few photos were ready, those that are being processed', () => {
  test('count: the first that are ready do not stand for all', () => {
    const times = createClassTimes(noSamples);
    learn(times, 8);
    const firstMs = medianReadyAgeMs(times.planning, 0) ?? 0;
    expect(firstMs).toBeLessThan(3200);
    const cold = createClassTimes(noSamples);
    follow(cold, 92, 3200);
    learn(cold, 8);
    expect(medianReadyAgeMs(cold.planning, 0)).toBeGreaterThan(3500);
    const chance = { askedAtMs: 0, ageMs: 3200 };
    expect(readyChance({ samples: cold.planning, ...chance })).toBeCloseTo(0.08, 1);
    expect(readyChance({ samples: times.planning, ...chance })).toBeGreaterThan(0.8);
  });

  test('count no more once they have left, nor once enough were ready', () => {
    const left = createClassTimes(noSamples);
    for (const photo of follow(left, 92, 3200).photos) photo[Symbol.dispose]();
    learn(left, 8);
    expect(medianReadyAgeMs(left.planning, 0)).toBeLessThan(3200);
    const full = createClassTimes(noSamples);
    follow(full, 92, 3200);
    learn(full, 96);
    expect(full.planning).toEqual(full.stored);
    expect(medianReadyAgeMs(full.planning, 0)).toBeLessThan(3200);
  });

  test('make three that were ready enough to plan by, and two not', () => {
    // Planned: not before the first was ready. Otherwise after a pause that has grown for three polls.
    expect(nextBeside(3, 20)).toBeGreaterThan(2000);
    for (const [ready, unfinished] of [
      [2, 20],
      [3, 4],
      [7, 0],
    ] as const) {
      expect(nextBeside(ready, unfinished)).toBeLessThan(2000);
    }
  });

  test('are stored with nothing', () => {
    const times = createClassTimes(noSamples);
    follow(times, 5, 3000);
    learn(times, 10);
    expect(Object.keys(times.stored)).toEqual(['observations']);
  });

  test('are planned anew when the first was ready, three, eight, sixteen, thirty-two and sixty-four', () => {
    const times = createClassTimes(noSamples);
    const { replanned } = follow(times, 3, 1000);
    const at: number[] = [];
    for (let ready = 1; ready <= 200; ready += 1) {
      learn(times, 1);
      if (replanned.size > 0) at.push(ready);
      replanned.clear();
    }
    expect(at).toEqual([1, 3, 8, 16, 32, 64]);
  });

  test('take no more time to count than sixty-four of them, however many there are', () => {
    const times = createClassTimes(noSamples);
    follow(times, 10_000, 5000);
    learn(times, 8);
    const { agesMs, weight } = times.planning.unfinished ?? { agesMs: [], weight: 0 };
    expect(agesMs).toHaveLength(64);
    expect(agesMs.length * weight).toBeCloseTo(10_000);
  });
});

describe('before anything is learned', () => {
  test('a photo is not polled before the age that eight like it have reached without being ready', () => {
    const times = createClassTimes(noSamples);
    follow(times, 7, 5000);
    expect(times.reachedMs).toBe(0);
    follow(times, 1, 4000);
    expect(times.reachedMs).toBe(4000);
    follow(times, 100, 3000);
    expect(times.reachedMs).toBe(4000);
    const { reachedMs } = times;
    const next = (random: number) =>
      nextPollAgeMs({ ...plan, samples: noSamples, reachedMs, random });
    expect(next(0)).toBeGreaterThan(3800);
    expect(next(1)).toBeLessThan(4200);
    expect(nextPollAgeMs({ ...plan, samples: noSamples })).toBe(0);
    // Those that were stuck for an hour hold up no others.
    expect(nextPollAgeMs({ ...plan, samples: noSamples, reachedMs: 3_600_000 })).toBe(5000);
  });

  test('a photo that was ready earlier is an exception that counts', () => {
    const times = createClassTimes(noSamples);
    follow(times, 20, 5000);
    times.learn({ notReadyAtMs: 1000, readyAtMs: 2000 });
    expect(times.reachedMs).toBe(1000);
    times.learn({ notReadyAtMs: 0, readyAtMs: 100 });
    expect(times.reachedMs).toBe(0);
  });
});
