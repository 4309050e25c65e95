import { distributions } from '../../bench/polling/distributions.ts';
import { createRandom, type Random } from '../../bench/polling/random.ts';
import {
  noSamples,
  observe,
  type ProcessingTimeSamples,
} from '../../src/photos/watching/planning/processing-time-samples.ts';

const modelRandom = createRandom(5);

/** The samples of photos with these processing times, each polled every 100 ms. */
export function seen(
  processingTimeMs: (photo: number) => number,
  photos: number,
): ProcessingTimeSamples {
  let samples = noSamples;
  for (let photo = 0; photo < photos; photo += 1) {
    const notReadyAtMs = Math.floor(processingTimeMs(photo) / 100) * 100;
    samples = observe(samples, { notReadyAtMs, readyAtMs: notReadyAtMs + 100 });
  }
  return samples;
}

/** Samples of typical processing times. */
export const sampleModels = {
  constant: seen(() => 3050, 96),
  spread: seen((photo) => distributions['uniform 3-9 s'](photo, modelRandom), 96),
  memoryless: seen((photo) => distributions['exponential, mean 4 s'](photo, modelRandom), 96),
  'two peaks': seen((photo) => (photo % 2 === 0 ? 2050 : 8050), 96),
};

/** Yields 200 samples of observations that contradict each other. */
export function* contradictorySamples(random: Random): Generator<ProcessingTimeSamples> {
  for (let model = 1; model <= 200; model += 1) {
    let samples = noSamples;
    for (let photo = 1; photo <= 8 + model / 2; photo += 1) {
      const readyAtMs = 3_600_000 * random() ** (model % 12);
      samples = observe(samples, { notReadyAtMs: readyAtMs * random() ** (model % 5), readyAtMs });
    }
    yield samples;
  }
}
