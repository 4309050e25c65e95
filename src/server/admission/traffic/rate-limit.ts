import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** How often each of many may do something. Disposed of, it has forgotten everything. */
export interface RateLimit extends Disposable {
  /** Counts once more for `key`. Resolves with 0, or over the limit with the milliseconds until its next window. */
  take(key: string): Promise<number>;
}

export interface RateLimitOptions {
  /** In a window; null for no limit. */
  readonly limit: number | null;
  /** A key's window begins when it is first counted. */
  readonly windowMs: number;
  /**
   * Of so many keys the counts are kept, of half a kilobyte each; those that were not counted for longest are
   * forgotten first. @default 20_000
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
  // The limiter itself keeps a count and a timer for whatever key it is given, for a whole window.
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
      // A clock that was set back makes its end seem far, but the limiter's own timer keeps to it.
      return Math.min(Math.max(refusal.msBeforeNext, 1), windowMs);
    }
  }

  return { take, [Symbol.dispose]: () => keys.clear() };
}
