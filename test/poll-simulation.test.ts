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
    ['constant 1 s', 60, 3],
    ['constant 3 s', 60, 3],
    ['constant 7.3 s', 60, 3],
    ['3 s ± 20 %', 150, 4],
    ['6 s ± 20 %', 200, 5],
    ['uniform 3-9 s', 280, 7],
  ] as const)('%s: half of the owners wait at most %i ms, for %i polls', (name, delayMs, polls) => {
    const summary = summarise(run(name, learned(strategy), { photos: 1000 }).slice(200));
    expect(summary.medianDelayMs).toBeLessThanOrEqual(delayMs);
    expect(summary.polls).toBeLessThanOrEqual(polls);
  });

  const names = Object.keys(distributions).filter(
    (name): name is DistributionName => name in distributions,
  );
  it.each(names)('%s: neither more polls nor more delay than with steady polling', (name) => {
    const photos = /60 s|20 s/.test(name) ? 350 : 800;
    const planned = summarise(run(name, learned(strategy), { photos }).slice(200));
    const steady = summarise(run(name, fixed(strategy, 'later'), { photos }).slice(200));
    const atOnce = summarise(run(name, fixed(strategy, 'at once'), { photos }).slice(200));
    // If nothing can be learned, polling is steady, and equal except for chance.
    const chance = 1.05;
    expect(planned.polls).toBeLessThanOrEqual(steady.polls * chance);
    expect(planned.meanDelayMs).toBeLessThanOrEqual(steady.meanDelayMs * chance);
    expect(planned.polls).toBeLessThan(atOnce.polls);
    expect(planned.meanDelayMs).toBeLessThanOrEqual(atOnce.meanDelayMs * chance);
  });
});

describe('in simulation', () => {
  it('fifty photos are enough to learn', () => {
    const summary = summarise(run('3 s ± 20 %', learned(strategy), { photos: 200 }).slice(50));
    expect(summary.medianDelayMs).toBeLessThanOrEqual(170);
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
