import { describe, expect, it } from 'vitest';
import { distributions, type DistributionName } from '../bench/polling/distributions.ts';
import { fixed, learned, type Schedule } from '../bench/polling/schedules.ts';
import { simulate, type SimulationOptions } from '../bench/polling/simulate.ts';
import { summarise } from '../bench/polling/summary.ts';

const strategy = { pollIntervalMs: 1000, minGapMs: 50 };

function run(name: DistributionName, schedule: Schedule, more: Partial<SimulationOptions> = {}) {
  const processingTime = distributions[name];
  return simulate({ schedule, processingTime, photos: 700, seed: 3, ...more });
}

describe('in simulation, after 200 photos', () => {
  it.each([
    ['constant 3 s', 60, 3],
    ['3 s ± 20 %', 150, 4],
    ['uniform 3-9 s', 280, 7],
  ] as const)('%s: half of the owners wait at most %i ms, for %i polls', (name, delayMs, polls) => {
    const summary = summarise(run(name, learned(strategy)).slice(200));
    expect(summary.medianDelayMs).toBeLessThanOrEqual(delayMs);
    expect(summary.polls).toBeLessThanOrEqual(polls);
  });

  // One of each kind: short, long, wide, without a memory, with two peaks, and changing.
  it.each([
    'uniform 0.2-0.8 s',
    'constant 60 s',
    'uniform 1-60 s',
    'log-normal, median 4 s, σ 1',
    'exponential, mean 4 s',
    'two peaks, 90 % 2 s, 10 % 8 s',
    'drift 3 → 6 s over 500 photos, ± 20 %',
    'jumps 3 ↔ 6 s every 200 photos, ± 20 %',
  ] as const)('%s: neither more polls nor more delay than with steady polling', (name) => {
    const photos = name.includes('60 s') ? 350 : 800;
    const planned = summarise(run(name, learned(strategy), { photos }).slice(200));
    const steady = summarise(run(name, fixed(strategy, 'later'), { photos }).slice(200));
    // If nothing can be learned, polling is steady, and equal except for chance.
    const chance = 1.05;
    expect(planned.polls).toBeLessThanOrEqual(steady.polls * chance);
    expect(planned.meanDelayMs).toBeLessThanOrEqual(steady.meanDelayMs * chance);
  });
});

describe('in simulation', () => {
  it('fifty photos are enough to learn', () => {
    const summary = summarise(run('3 s ± 20 %', learned(strategy), { photos: 200 }).slice(50));
    expect(summary.medianDelayMs).toBeLessThanOrEqual(170);
    expect(summary.polls).toBeLessThanOrEqual(4);
  });

  it('sixty photos after a jump the old times are forgotten', () => {
    const jump = 'jump 6 → 2 s at photo 500, exact';
    const summary = summarise(run(jump, learned(strategy)).slice(560));
    expect(summary.medianDelayMs).toBeLessThanOrEqual(100);
    expect(summary.polls).toBeLessThanOrEqual(4);
  });

  it('learning works with twenty photos at a time as with four', () => {
    const summary = summarise(run('3 s ± 20 %', learned(strategy), { inFlight: 20 }).slice(200));
    expect(summary.medianDelayMs).toBeLessThanOrEqual(150);
    expect(summary.polls).toBeLessThanOrEqual(4);
  });

  it('failing polls and restarts delay only the photos that they hit', () => {
    const faults = { failing: 0.02, photosPerRestart: 200 };
    const summary = summarise(run('6 s ± 20 %', learned(strategy), faults).slice(200));
    expect(summary.medianDelayMs).toBeLessThanOrEqual(230);
    expect(summary.polls).toBeLessThanOrEqual(5);
  });
});
