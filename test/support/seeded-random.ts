import { onTestFailed } from 'vitest';
import { createRandom } from '../fixtures/scenes/noise.ts';

/**
 * Random numbers from 0 up to 1 for the current test, by the seed that the environment variable SEED gives, or
 * a new one. If the test fails, the seed is printed. A concurrent test gives its own `onFailed`.
 */
export function seededRandom(onFailed: typeof onTestFailed = onTestFailed): () => number {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  onFailed(() => console.log(`SEED=${seed}`));
  return createRandom(seed);
}
