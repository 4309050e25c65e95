import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Tells whether the event loop keeps up with its work. */
export interface LoadGauge extends Disposable {
  /** Whether it has been late for longer than a pause: what is let in now would make everyone wait more. */
  readonly overloaded: boolean;
}

export interface LoadGaugeOptions {
  /** How late the event loop may be in the mean, in milliseconds. */
  readonly maxLagMs: number;
  /** Over which the mean is taken, in milliseconds. @default 500 */
  readonly windowMs?: number;
}

/** Between two looks at how late it is; more often than this only costs. */
const RESOLUTION_MS = 20;

/**
 * Measures how late the event loop is, from now until it is disposed of. Overloaded is where both of the last
 * two windows were late in the mean: a single long turn, such as a collection of garbage or a machine that was
 * suspended, lies in one of them and turns nobody away. It takes a window for the word to change.
 */
export function startLoadGauge({ maxLagMs, windowMs = 500 }: LoadGaugeOptions): LoadGauge {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let counted = { samples: 0, sumMs: 0 };
  let lagMs = 0;
  let overloaded = false;

  function closeWindow() {
    const before = counted;
    // Never reset: that would lose the next sample, and where turns are long there is one in a window.
    const samples = delays.count;
    counted = { samples, sumMs: samples === 0 ? 0 : (delays.mean * samples) / 1e6 };
    // Without a sample there is no mean: then things are as they were.
    if (samples === before.samples) return;
    const lagBeforeMs = lagMs;
    lagMs = (counted.sumMs - before.sumMs) / (samples - before.samples) - RESOLUTION_MS;
    overloaded = Math.min(lagBeforeMs, lagMs) > maxLagMs;
  }

  delays.enable();
  const timer = setInterval(closeWindow, windowMs).unref();
  return {
    get overloaded() {
      return overloaded;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      delays.disable();
    },
  };
}
