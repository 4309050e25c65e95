import { describe, expect, it } from 'vitest';
import { createRandom } from '../bench/polling/random.ts';
import {
  nextPollAgeMs,
  readyChance,
  type PollPlanOptions,
} from '../src/photos/watching/planning/poll-plan.ts';
import {
  noSamples,
  observe,
  parseSamples,
} from '../src/photos/watching/planning/processing-time-samples.ts';
import { contradictorySamples, sampleModels } from './support/poll-samples.ts';

const strategy = { pollIntervalMs: 1000, minGapMs: 50 };

/** Plans the next poll of a photo that was polled at `ageMs`, or not at all. */
function plan(options: Partial<PollPlanOptions> & Pick<PollPlanOptions, 'samples'>): number {
  const { ageMs = 0 } = options;
  const askedAtMs = options.polls === 0 ? 0 : ageMs;
  return nextPollAgeMs({ ...strategy, askedAtMs, ageMs, polls: 1, random: 0.5, ...options });
}

const { constant, 'two peaks': peaks } = sampleModels;
const models = { noSamples, ...sampleModels };

describe('without samples', () => {
  it('the first poll goes out at once', () => {
    expect(plan({ samples: noSamples, ageMs: 100, polls: 0 })).toBe(100);
  });

  it('the pauses grow by 15 % from the poll interval, at most five times', () => {
    const nextAges = [1, 2, 4, 100].map((polls) => plan({ samples: noSamples, ageMs: 100, polls }));
    expect(nextAges.map((ageMs) => Math.round(ageMs - 100))).toEqual([1000, 1150, 1521, 5000]);
  });

  it('each pause is spread by 10 % to either side', () => {
    expect(plan({ samples: noSamples, random: 0 })).toBe(900);
    expect(plan({ samples: noSamples, random: 1 })).toBe(1100);
  });

  it('a crowd of similar photos is polled less often the more they are, at random', () => {
    const pausesMs = [7, 8, 32, 1000].map((crowd) =>
      [0, 0.5, 1].map((random) => plan({ samples: noSamples, crowd, random, polls: 0 })),
    );
    expect(pausesMs).toEqual([
      [0, 0, 0],
      [0, 1000, 2000],
      [0, 2000, 4000],
      [0, 3000, 6000],
    ]);
  });

  it('a crowd is polled soon once the first of it is ready', () => {
    const samples = observe(noSamples, { notReadyAtMs: 2000, readyAtMs: 3000 });
    const pausesMs = [0.5, 1].map(
      (random) => plan({ samples, crowd: 100, random, ageMs: 3000 }) - 3000,
    );
    expect(pausesMs).toEqual([200, 400]);
  });

  it('each failure in a row doubles the pause, at most sixteen times', () => {
    const nextAges = [1, 3, 2000].map((failures) => plan({ samples: noSamples, failures }));
    expect(nextAges).toEqual([2000, 8000, 16_000]);
  });

  it('the longer a photo has taken, the longer it is expected to take', () => {
    expect(readyChance({ samples: noSamples, askedAtMs: 0, ageMs: 100 })).toBe(1);
    expect(readyChance({ samples: noSamples, askedAtMs: 9000, ageMs: 10_000 })).toBeCloseTo(0.1);
    expect(readyChance({ samples: noSamples, askedAtMs: 0, ageMs: 0 })).toBe(0);
  });
});

describe('with samples', () => {
  it('hardly any photo is polled in the gap between two peaks', () => {
    const ages: number[] = [];
    for (let ageMs = 0; ageMs < 7600; ages.push(ageMs))
      ageMs = plan({ samples: peaks, ageMs, polls: ages.length });
    expect(ages.filter((age) => age < 2400).length).toBeGreaterThanOrEqual(1);
    expect(ages.filter((age) => age > 2400 && age < 7600).length).toBeLessThanOrEqual(2);
  });

  it('a photo whose polls are late is polled at once if it may be ready, else when it may be', () => {
    expect(plan({ samples: constant, ageMs: 20_000, polls: 0 })).toBe(20_000);
    expect(plan({ samples: constant, ageMs: 1000, polls: 0 })).toBeGreaterThan(2000);
  });

  it('a failed poll is followed by a pause, whatever the plan', () => {
    const failed = { samples: constant, askedAtMs: 0, ageMs: 3030 };
    const nextAges = [1, 2, 100].map((failures) => plan({ ...failed, failures }));
    expect(nextAges).toEqual([4030, 5030, 11_030]);
  });

  it('a photo that outlives all samples is polled less and less often, down to every five intervals', () => {
    for (const samples of Object.values(sampleModels)) {
      const pausesMs = [100, 200, 1000, 1_000_000].map((age) => {
        const ageMs = 1000 * age;
        return Math.round(plan({ samples, ageMs, polls: 3 }) - ageMs);
      });
      expect(pausesMs).toEqual(pausesMs.toSorted((one, other) => one - other));
      expect(pausesMs.at(0)).toBeGreaterThan(1000);
      expect(pausesMs.at(-1)).toBe(5000);
    }
  });

  it('a photo that outlives all samples is expected to take longer still', () => {
    for (const samples of Object.values(models)) {
      const chance = readyChance({ samples, askedAtMs: 1_000_000, ageMs: 1_010_000 });
      expect(chance).toBeCloseTo(0.01, 3);
    }
  });

  it('the plan is the same after a round trip through JSON', () => {
    for (const samples of Object.values(models)) {
      const stored = parseSamples(JSON.parse(JSON.stringify(samples)));
      for (const ageMs of [0, 1000, 2500, 5000])
        expect(plan({ samples: stored, ageMs })).toBe(plan({ samples, ageMs }));
    }
  });

  it('photos found ready long after a restart do not blur the samples', () => {
    let samples = constant;
    for (let photo = 1; photo <= 10; photo += 1)
      samples = observe(samples, { notReadyAtMs: 0, readyAtMs: 60_000 + photo });
    const shiftMs = plan({ samples, ageMs: 2900 }) - plan({ samples: constant, ageMs: 2900 });
    expect(Math.abs(shiftMs)).toBeLessThan(30);
  });
});

describe('for any samples', () => {
  const random = createRandom(11);
  const states = Array.from({ length: 3000 }, () => {
    const askedAtMs = Math.round(random() ** 3 * 50_000);
    return {
      askedAtMs,
      ageMs: askedAtMs + Math.round(random() ** 4 * 10_000),
      polls: Math.floor(random() * 20),
      failures: Math.max(0, Math.floor(random() * 8) - 4),
      random: random(),
    };
  });

  it.each(Object.entries(models))('no poll is too early or never comes: %s', (_, samples) => {
    for (const state of states) {
      const next = nextPollAgeMs({ ...state, ...strategy, samples });
      expect(next).toBeGreaterThanOrEqual(
        state.ageMs + (state.polls === 0 ? 0 : strategy.minGapMs),
      );
      expect(next).toBeLessThan(state.ageMs + 120_000);
    }
  });

  it('nor with contradictory observations', () => {
    for (const samples of contradictorySamples(random)) {
      for (const state of states.slice(0, 20)) {
        const next = nextPollAgeMs({ ...state, ...strategy, samples });
        expect(next).toBeGreaterThanOrEqual(
          state.ageMs + (state.polls === 0 ? 0 : strategy.minGapMs),
        );
        expect(next).toBeLessThan(state.ageMs + 3_700_000);
        expect(readyChance({ ...state, samples })).toBeGreaterThanOrEqual(0);
        expect(readyChance({ ...state, samples })).toBeLessThanOrEqual(1);
      }
    }
  });

  it.each([0, 1, 300, 5000])('two polls are at least %i ms apart', (minGapMs) => {
    for (const samples of Object.values(models)) {
      let ageMs = plan({ samples, polls: 0, minGapMs, random: 0 });
      for (let polls = 1; polls < 60; polls += 1) {
        const next = plan({ samples, ageMs, polls, minGapMs, random: 0 });
        expect(next).toBeGreaterThanOrEqual(ageMs + minGapMs);
        ageMs = next;
      }
      expect(ageMs).toBeGreaterThan(1000);
    }
  });

  it.each(Object.entries(models))(
    'the probability grows with age, from 0 towards 1: %s',
    (_, samples) => {
      for (const { askedAtMs } of states.slice(0, 100)) {
        let before = 0;
        for (let ageMs = askedAtMs; ageMs < askedAtMs + 20_000; ageMs += 97) {
          const chance = readyChance({ samples, askedAtMs, ageMs });
          expect(chance).toBeGreaterThanOrEqual(before - 1e-9);
          expect(chance).toBeLessThanOrEqual(1);
          before = chance;
        }
      }
    },
  );

  it.each(Object.entries(models))(
    'a photo that was polled later is not polled earlier again: %s',
    (_, samples) => {
      let before = 0;
      for (let ageMs = 0; ageMs < 10_000; ageMs += 7) {
        const next = plan({ samples, ageMs });
        expect(next).toBeGreaterThanOrEqual(before - 1e-6);
        before = next;
      }
    },
  );
});
