import { LRUCache } from 'lru-cache';

/** Limits how often each key may do something. Disposing it forgets all counts. */
export interface RateLimit extends Disposable {
  /**
   * Counts one use by `key`. Returns 0, or, if `key` is over its limit, the milliseconds until its next
   * window.
   */
  take(key: string): number;
}

export interface RateLimitOptions {
  /** The most uses in a window; null for no limit. */
  readonly limit: number | null;
  /** How many gateways share the limit at this moment. @default 1 */
  readonly livingNodes?: (() => number) | undefined;
  /** The length of a window. A key's window begins when the key is first counted. */
  readonly windowMs: number;
  /**
   * How many keys are counted. Beyond that, the key that was counted least recently is forgotten.
   * @default 20_000
   */
  readonly maxKeys?: number;
}

interface Window {
  /** By `performance.now()`: the system clock may be set. */
  readonly endsAtMs: number;
  uses: number;
}

const UNLIMITED: RateLimit = { take: () => 0, [Symbol.dispose]: () => undefined };

export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { limit, livingNodes = () => 1, windowMs, maxKeys = 20_000 } = options;
  if (limit === null) return UNLIMITED;
  return createWindows(() => Math.ceil(limit / livingNodes()), windowMs, maxKeys);
}

function createWindows(limit: () => number, windowMs: number, maxKeys: number): RateLimit {
  const windows = new LRUCache<string, Window>({ max: maxKeys });

  function windowOf(key: string, nowMs: number): Window {
    const known = windows.get(key);
    if (known !== undefined && nowMs < known.endsAtMs) return known;
    const window = { endsAtMs: nowMs + windowMs, uses: 0 };
    windows.set(key, window);
    return window;
  }

  function take(key: string): number {
    const nowMs = performance.now();
    const window = windowOf(key, nowMs);
    window.uses += 1;
    return window.uses <= limit() ? 0 : Math.max(1, Math.ceil(window.endsAtMs - nowMs));
  }

  return { take, [Symbol.dispose]: () => windows.clear() };
}
