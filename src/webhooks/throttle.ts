/**
 * How much each receiver gets at a time. A receiver that fails gets one attempt at a time, with growing
 * pauses: so it holds no more than one connection, and is not flooded when it comes back.
 */
export interface Throttle {
  /** How many attempts may begin now. */
  free(receiver: string): number;
  /** Notes that an attempt begins. Each ends with `end`. */
  begin(receiver: string): void;
  /**
   * Notes that an attempt has ended. `null`: nothing is known of the receiver.
   * @param pauseMs the pause that the receiver asked for. @default 0
   */
  end(receiver: string, succeeded: boolean | null, pauseMs?: number): void;
  /** How long until the first pause ends, in milliseconds; null if there is none. */
  nextEndMs(): number | null;
}

export interface ThrottleOptions {
  /** Attempts at a time for a receiver that does not fail. */
  readonly perReceiver: number;
  /** The pause after the first failure. It doubles with each, up to the longest. In milliseconds. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

interface Load {
  running: number;
  failures: number;
  pausedUntilMs: number;
}

const IDLE: Readonly<Load> = { running: 0, failures: 0, pausedUntilMs: 0 };

export function createThrottle(options: ThrottleOptions): Throttle {
  const { perReceiver, firstPauseMs, longestPauseMs } = options;
  /** Receivers with something to remember. There are no more than are configured. */
  const loads = new Map<string, Load>();

  const loadOf = (receiver: string) => loads.get(receiver) ?? IDLE;

  function free(receiver: string): number {
    const { running, failures, pausedUntilMs } = loadOf(receiver);
    if (performance.now() < pausedUntilMs) return 0;
    return Math.max(0, (failures > 0 ? 1 : perReceiver) - running);
  }

  function begin(receiver: string) {
    const load = loadOf(receiver);
    loads.set(receiver, { ...load, running: load.running + 1 });
  }

  function end(receiver: string, succeeded: boolean | null, pauseMs = 0) {
    const load = loadOf(receiver);
    const running = load.running - 1;
    if (succeeded === null) loads.set(receiver, { ...load, running });
    else if (!succeeded) loads.set(receiver, failed({ ...load, running }, pauseMs));
    else if (running > 0) loads.set(receiver, { ...IDLE, running });
    else loads.delete(receiver);
  }

  function failed(load: Load, pauseMs: number): Load {
    const ownMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(load.failures, 30));
    const pausedUntilMs = performance.now() + Math.max(pauseMs, ownMs);
    return { ...load, failures: load.failures + 1, pausedUntilMs };
  }

  function nextEndMs(): number | null {
    const nowMs = performance.now();
    const ends = [...loads.values()].map(({ pausedUntilMs }) => pausedUntilMs - nowMs);
    const next = Math.min(...ends.filter((endMs) => endMs > 0));
    return next === Infinity ? null : next;
  }

  return { free, begin, end, nextEndMs };
}
