import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Tells whether the event loop keeps up with its work. */
export interface LoadGauge extends Disposable {
  /**
   * Whether the event loop has been late for longer than one pause. Admitting more work now would make every
   * client wait longer.
   */
  readonly overloaded: boolean;
}

export interface LoadGaugeOptions {
  /** How late the event loop may be on average, in milliseconds. */
  readonly maxLagMs: number;
  /** The window over which the average is taken, in milliseconds. @default 500 */
  readonly windowMs?: number;
}

/** The sampling interval. A shorter one costs more and tells nothing more. */
const RESOLUTION_MS = 20;

/**
 * Measures the delay of the event loop until it is disposed of. The loop is overloaded if its average delay
 * was too long in both of the last two windows. One long turn, such as a garbage collection or a suspended
 * machine, falls into only one of them and rejects nobody. A change shows after one window.
 */
export function startLoadGauge({ maxLagMs, windowMs = 500 }: LoadGaugeOptions): LoadGauge {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let counted = { samples: 0, sumMs: 0 };
  let lagMs = 0;
  let overloaded = false;

  function closeWindow() {
    const before = counted;
    // The histogram is never reset: a reset loses the next sample, and when turns are long a window has only
    // one.
    const samples = delays.count;
    counted = { samples, sumMs: samples === 0 ? 0 : (delays.mean * samples) / 1e6 };
    // Without a new sample there is no average: keep the last state.
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
