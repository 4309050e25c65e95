/** How many polls a second the provider bears, as far as its answers tell. */
export interface PollRate {
  readonly perSecond: number;
  /** Notes how a poll ended. */
  heard(outcome: PollOutcome): void;
  /** Notes that polls wait for this rate. It grows only while they do. */
  wanted(): void;
}

export interface PollOutcome {
  /** When the poll was sent, by `performance.now()`. */
  readonly sentAtMs: number;
  /** How long the answer took, in milliseconds; null if it did not come, or says nothing of load. */
  readonly tookMs: number | null;
  /** Whether the failure is a sign of overload. */
  readonly overloaded: boolean;
}

/** Polls a second to start with. So a hundred photos that are uploaded together wait for nothing. */
const START = 500;
/** Polls a second that are always made: the gateway must learn when the provider recovers. */
const LEAST = 10;
/** The rate is judged by all outcomes of this time. */
const WINDOW_MS = 500;
/** The part of the polls that may fail. That many fail at any rate, for reasons of their own. */
const TOLERATED_FAILURES = 0.1;
/**
 * The median latency is a sign of overload from twice the usual on, and not below this. Then the
 * provider is busy, or this process is.
 */
const TOLERATED_LATENCY_MS = 100;
/** How much of a difference becomes usual with each window: at once if it is faster, else slowly. */
const FASTER = 0.3;
const SLOWER = 0.02;
/** After this time without a sign of overload, the rate starts anew. */
const FORGOTTEN_AFTER_MS = 10_000;

/**
 * Creates a rate that finds its value as congestion control does, and never exceeds `most`. It
 * doubles while all is well. At signs of overload it falls, by at most half at a time: in proportion
 * to the failures among the polls, as DCTCP does, or to the latency over the usual one, as gradient
 * limits do. Each node of a fleet has an equal share, and finds out by itself. So one photo at which the provider fails slows nothing. It then doubles up to where the
 * fall ended, and goes on in steps of a tenth.
 */
export function createPollRate(most: number, livingNodes = () => 1): PollRate {
  const ceiling = () => most / livingNodes();
  const start = () => Math.min(START / livingNodes(), ceiling());
  const least = () => Math.min(LEAST / livingNodes(), ceiling());
  let perSecond = start();
  /** Below this the rate doubles. */
  let provenPerSecond = Infinity;
  let isFalling = false;
  let fellAtMs = -Infinity;
  let usualMs: number | null = null;
  let window = openWindow();

  function heard({ sentAtMs, tookMs, overloaded }: PollOutcome) {
    // Polls that were sent before the rate fell tell of the rate before.
    if (sentAtMs < fellAtMs) return;
    window.polls += 1;
    if (overloaded) window.failures += 1;
    if (tookMs !== null) window.latenciesMs.push(tookMs);
    if (performance.now() - window.openedAtMs < WINDOW_MS) return;
    judge();
    window = openWindow();
  }

  function judge() {
    const factor = Math.min(factorOfFailures(), factorOfLatency());
    if (factor < 1) fall(factor);
    else {
      isFalling = false;
      if (window.isWanted) rise();
    }
  }

  function fall(factor: number) {
    perSecond = Math.max(least(), perSecond * factor);
    if (!isFalling) provenPerSecond = perSecond;
    isFalling = true;
    fellAtMs = performance.now();
  }

  function rise() {
    const step = perSecond < provenPerSecond ? 2 : 1.1;
    perSecond = Math.min(ceiling(), perSecond * step);
  }

  function factorOfFailures(): number {
    const part = window.failures / window.polls;
    return part > TOLERATED_FAILURES ? 1 - part / 2 : 1;
  }

  function factorOfLatency(): number {
    const latencyMs = median(window.latenciesMs);
    if (latencyMs === undefined) return 1;
    const toleratedMs = 2 * (usualMs ?? latencyMs) + TOLERATED_LATENCY_MS;
    usualMs ??= latencyMs;
    usualMs += (latencyMs - usualMs) * (latencyMs < usualMs ? FASTER : SLOWER);
    return Math.max(0.5, Math.min(1, toleratedMs / latencyMs));
  }

  function wanted() {
    window.isWanted = true;
    if (performance.now() - fellAtMs > FORGOTTEN_AFTER_MS) perSecond = Math.max(perSecond, start());
  }

  return {
    get perSecond() {
      // A node may have joined.
      return Math.min(perSecond, ceiling());
    },
    heard,
    wanted,
  };
}

function openWindow() {
  const openedAtMs = performance.now();
  return { openedAtMs, polls: 0, failures: 0, latenciesMs: new Array<number>(), isWanted: false };
}

function median(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
}
