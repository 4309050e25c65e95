import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../bench/polling/random.ts';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import { expectedReadyAt } from '../src/photos/watching/planning/expected-ready-at.ts';
import { createLearnedPollStrategy } from '../src/photos/watching/planning/learned-poll-strategy.ts';
import { medianReadyAgeMs } from '../src/photos/watching/planning/median-ready-age.ts';
import { at } from '../src/photos/watching/planning/number-lists.ts';
import {
  distributionOf,
  readyBy,
} from '../src/photos/watching/planning/completion-distribution.ts';
import { noSamples } from '../src/photos/watching/planning/processing-time-samples.ts';
import { contradictorySamples, sampleModels, seen } from './support/poll-samples.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const random = createRandom(6);
const { constant, 'two peaks': twoPeaks } = sampleModels;
const models = { ...sampleModels, 'constant, eight photos': seen(() => 3050, 8) };
const eachModel = Object.entries(models);

const endOf = ({ agesMs, last }: ReturnType<typeof distributionOf>) => at(agesMs, last);

describe('the age by which half of the remaining photos are ready', () => {
  it.each(eachModel)('divides them into halves, whatever their age: %s', (_, samples) => {
    const distribution = distributionOf(samples);
    for (let ageMs = 0; ageMs < endOf(distribution); ageMs += 13) {
      const leftNow = 1 - readyBy(distribution, ageMs).ready;
      const leftThen = 1 - readyBy(distribution, medianReadyAgeMs(samples, ageMs) ?? 0).ready;
      expect(leftThen / leftNow).toBeCloseTo(0.5, 6);
    }
  });

  it.each(eachModel)('is later than now, and grows with age: %s', (_, samples) => {
    let before = 0;
    for (let ageMs = 0; ageMs < endOf(distributionOf(samples)); ageMs += 7) {
      const medianMs = medianReadyAgeMs(samples, ageMs) ?? 0;
      expect(medianMs).toBeGreaterThan(ageMs);
      expect(medianMs).toBeGreaterThanOrEqual(before);
      before = medianMs;
    }
  });

  it.each(eachModel)('is null for a photo that has outlived the likely times: %s', (_, samples) => {
    const endMs = endOf(distributionOf(samples));
    expect(medianReadyAgeMs(samples, endMs - 0.001)).toBeGreaterThan(endMs - 0.001);
    for (const ageMs of [endMs, endMs + 1, 10 * endMs, 1e9])
      expect(medianReadyAgeMs(samples, ageMs)).toBeNull();
  });

  it('is the constant time itself', () => {
    expect(medianReadyAgeMs(constant, 0)).toBeGreaterThan(3000);
    expect(medianReadyAgeMs(constant, 0)).toBeLessThan(3100);
  });

  it('is at the second of two peaks after the first', () => {
    const medianMs = medianReadyAgeMs(twoPeaks, 4000);
    expect(medianMs).toBeGreaterThan(8000);
    expect(medianMs).toBeLessThan(8100);
  });

  it('is null before eight photos were seen', () => {
    expect(medianReadyAgeMs(noSamples, 0)).toBeNull();
    expect(
      medianReadyAgeMs(
        seen(() => 3050, 7),
        0,
      ),
    ).toBeNull();
    expect(
      medianReadyAgeMs(
        seen(() => 3050, 8),
        0,
      ),
    ).not.toBeNull();
  });

  it('is later than now or null, even for contradictory observations', () => {
    for (const samples of contradictorySamples(random)) {
      for (let asked = 1; asked <= 20; asked += 1) {
        const ageMs = Math.round(3_600_000 * random() ** (asked % 7));
        const medianMs = medianReadyAgeMs(samples, ageMs) ?? Infinity;
        expect(medianMs).toBeGreaterThan(ageMs);
      }
    }
  });
});

type ReadyAges = Readonly<Record<string, number>>;

/** The strategy of a gateway that has seen many photos of each class get ready in the millisecond before an age. */
async function startStrategy(readyAtMs: ReadyAges) {
  await using directory = await makeTemporaryDirectory();
  const store = await openSqliteStore({ directory: directory.path });
  for (const [sampleClass, ageMs] of Object.entries(readyAtMs)) {
    const observations = Array.from({ length: 96 }, () => [ageMs - 1, ageMs]);
    await store.saveSamples(sampleClass, { observations });
  }
  const log = pino({ level: 'silent' });
  const strategy = await createLearnedPollStrategy({ store, pollIntervalMs: 1000, log });
  await store.close();
  return strategy;
}

describe('the estimate for a photo', () => {
  const uploadedAt = new Date(Date.UTC(2026, 0, 31, 12));
  const bornAtMs = uploadedAt.getTime();

  it.each([
    { repairType: 'REPAIR', sizeBytes: 20_000, ageMs: 1000 },
    { repairType: 'REPAIR', sizeBytes: 2_000_000, ageMs: 3000 },
    { repairType: 'REPAIR', sizeBytes: null, ageMs: 3000 },
  ] as const)(
    'agrees with the plan of its polls: $repairType of $sizeBytes bytes in $ageMs ms',
    async ({ ageMs, ...photo }) => {
      const strategy = await startStrategy({ 'REPAIR/16384': 1000, REPAIR: 3000 });
      const expected = expectedReadyAt({ ...photo, uploadedAt }, strategy, bornAtMs);
      const offMs = Number(expected) - bornAtMs - ageMs;
      expect(Math.abs(offMs)).toBeLessThanOrEqual(3);
    },
  );

  it.each([
    { repairType: 'COLORIZE', sizeBytes: 20_000, uploadedAt },
    { repairType: null, sizeBytes: null, uploadedAt },
    { repairType: 'REPAIR', sizeBytes: 20_000, uploadedAt: null },
  ] as const)('is null without similar photos: %j', async (photo) => {
    const strategy = await startStrategy({ REPAIR: 3000 });
    expect(expectedReadyAt(photo, strategy, bornAtMs)).toBeNull();
  });

  it('is after now, however little time is left', async () => {
    const strategy = await startStrategy({ REPAIR: 500 });
    const photo = { repairType: 'REPAIR', sizeBytes: null, uploadedAt } as const;
    const leftMs = Array.from({ length: 600 }, (_, ageMs) => {
      const nowMs = bornAtMs + ageMs;
      const expected = expectedReadyAt(photo, strategy, nowMs);
      return expected === null ? null : expected.getTime() - nowMs;
    });
    const told = leftMs.filter((left) => left !== null);
    expect(Math.min(...told)).toBe(1);
    expect(told.length).toBeGreaterThanOrEqual(499);
    expect(leftMs.slice(told.length).every((left) => left === null)).toBe(true);
  });
});
