import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Limits how often each key may do something. Disposing it forgets all counts. */
export interface RateLimit extends Disposable {
  /**
   * Counts one use by `key`. Resolves with 0, or, if `key` is over its limit, with the milliseconds until its
   * next window.
   */
  take(key: string): Promise<number>;
}

export interface RateLimitOptions {
  /** The most uses in a window; null for no limit. */
  readonly limit: number | null;
  /** The length of a window. A key's window begins when the key is first counted. */
  readonly windowMs: number;
  /**
   * How many keys are counted, at half a kilobyte each. Beyond that, the key that was counted least recently
   * is forgotten.
   * @default 20_000
   */
  readonly maxKeys?: number;
}

const UNLIMITED: RateLimit = {
  take: () => Promise.resolve(0),
  [Symbol.dispose]: () => undefined,
};

export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { limit, windowMs, maxKeys = 20_000 } = options;
  if (limit === null) return UNLIMITED;
  const counts = new RateLimiterMemory({ points: limit, duration: windowMs / 1000, keyPrefix: '' });
  // The limiter library keeps a count and a timer for every key that it is given, for a whole window.
  const keys = new LRUCache<string, true>({
    max: maxKeys,
    dispose: (_known, key) => void counts.delete(key),
  });

  async function take(key: string): Promise<number> {
    if (keys.get(key) === undefined) keys.set(key, true);
    try {
      await counts.consume(key);
      return 0;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      // If the clock is set back, the end of the window seems far away; but the library's own timer still
      // ends it.
      return Math.min(Math.max(refusal.msBeforeNext, 1), windowMs);
    }
  }

  return { take, [Symbol.dispose]: () => keys.clear() };
}
