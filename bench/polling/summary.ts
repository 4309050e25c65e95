import type { Outcome } from './simulate.ts';

export interface Summary {
  readonly polls: number;
  readonly medianDelayMs: number;
  readonly meanDelayMs: number;
  /** One photo in twenty waits longer than this, in milliseconds. */
  readonly slowDelayMs: number;
}

export function summarise(outcomes: readonly Outcome[]): Summary {
  const delays = outcomes.map(({ delayMs }) => delayMs).toSorted((one, other) => one - other);
  const quantile = (part: number) => delays[Math.floor(part * (delays.length - 1))] ?? NaN;
  return {
    polls: mean(outcomes.map(({ polls }) => polls)),
    medianDelayMs: quantile(0.5),
    meanDelayMs: mean(delays),
    slowDelayMs: quantile(0.95),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
