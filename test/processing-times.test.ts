import { describe, expect, it } from 'vitest';
import {
  noSamples,
  observe,
  parseSamples,
  sampleClassOf,
  samplesToPlanBy,
  type ProcessingTimeSamples,
} from '../src/photos/watching/planning/processing-time-samples.ts';

/** This many photos, the first ready within 1 s, the next within 2 s, and so on. */
function seen(photos: number): ProcessingTimeSamples {
  return Array.from(
    { length: photos },
    (_, index) => 1000 * (index + 1),
  ).reduce<ProcessingTimeSamples>(
    (samples, readyAtMs) => observe(samples, { notReadyAtMs: readyAtMs - 500, readyAtMs }),
    noSamples,
  );
}

describe('the samples of processing times', () => {
  it('survive storage as JSON', () => {
    const samples = seen(20);
    expect(parseSamples(JSON.parse(JSON.stringify(samples)))).toEqual(samples);
  });

  it.each([
    null,
    undefined,
    42,
    'times',
    [],
    {},
    { observations: 'none' },
    { observations: [[1000]] },
    { observations: [[1000, 500]] },
    { observations: [[500, 500]] },
    { observations: [[-1, 500]] },
    { observations: [[0, 0.5]] },
    { observations: [[0, null]] },
    { observations: [[0, 3_600_001]] },
    { observations: [['0', '500']] },
    { observations: Array.from({ length: 97 }, () => [0, 500]) },
  ])('are empty if the store has %j', (stored) => {
    expect(parseSamples(stored)).toEqual(noSamples);
  });

  it('cover the last 96 photos, in less than 2 KB', () => {
    const { observations } = seen(1000);
    expect(observations).toHaveLength(96);
    expect(observations.at(0)).toEqual([904_500, 905_000]);
    expect(observations.at(-1)).toEqual([999_500, 1_000_000]);
    expect(JSON.stringify(observations).length).toBeLessThan(2000);
  });

  it('are whole milliseconds, at least one', () => {
    const samples = observe(noSamples, { notReadyAtMs: 999.6, readyAtMs: 1000.3 });
    expect(samples.observations).toEqual([[1000, 1001]]);
    expect(observe(noSamples, { notReadyAtMs: 0, readyAtMs: 0 }).observations).toEqual([[0, 1]]);
  });

  it('are at most one hour, however long the gateway was down', () => {
    const samples = observe(noSamples, { notReadyAtMs: 500, readyAtMs: 600_000_000 });
    expect(samples.observations).toEqual([[500, 3_600_000]]);
  });

  it.each([
    { notReadyAtMs: 2000, readyAtMs: 1000 },
    { notReadyAtMs: -3, readyAtMs: 1000 },
    { notReadyAtMs: 0, readyAtMs: -1000 },
    { notReadyAtMs: 3_600_000, readyAtMs: 3_601_000 },
    { notReadyAtMs: NaN, readyAtMs: 1000 },
    { notReadyAtMs: 0, readyAtMs: NaN },
  ])('are not changed by the impossible $notReadyAtMs to $readyAtMs ms', (observation) => {
    const samples = seen(3);
    expect(observe(samples, observation)).toBe(samples);
  });
});

describe('the class of a picture', () => {
  it.each([
    [0, 'REPAIR/16384'],
    [16_383, 'REPAIR/16384'],
    [65_535, 'REPAIR/16384'],
    [65_536, 'REPAIR/65536'],
    [1_048_575, 'REPAIR/262144'],
    [1_048_576, 'REPAIR/1048576'],
    [20_971_520, 'REPAIR/16777216'],
    [10_000_000_000, 'REPAIR/67108864'],
  ])('of %i bytes is its repair type and the power of four below', (sizeBytes, sampleClass) => {
    expect(sampleClassOf({ repairType: 'REPAIR', sizeBytes })).toBe(sampleClass);
  });

  it('is the repair type alone if the size is unknown', () => {
    expect(sampleClassOf({ repairType: 'COLORIZE', sizeBytes: null })).toBe('COLORIZE');
  });

  it('uses the samples of its repair type until it has eight of its own', () => {
    const ofRepairType = seen(50);
    expect(samplesToPlanBy(seen(7), ofRepairType)).toBe(ofRepairType);
    const own = seen(8);
    expect(samplesToPlanBy(own, ofRepairType)).toBe(own);
  });
});
