import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';

export interface Idempotency<T> {
  /**
   * Runs `attempt`, or gives the outcome of the attempt that came before under the same `key`: while
   * that one runs it is waited for, once it has succeeded its result is given, once it has failed the
   * key is free again. `replayed` runs instead of `attempt` where an earlier outcome is given.
   * @throws `IDEMPOTENCY_KEY_REUSED` where the key came before with another `fingerprint`.
   */
  once(
    key: string,
    fingerprint: string,
    attempt: () => Promise<T>,
    replayed: () => Promise<void>,
  ): Promise<T>;
}

export interface IdempotencyOptions {
  /** @default 10_000 */
  readonly maxKeys?: number;
  /** How long a key is remembered, in milliseconds. @default 24 hours */
  readonly maxAgeMs?: number;
}

interface Attempt<T> {
  readonly fingerprint: string;
  readonly outcome: Promise<T>;
}

/** Outcomes by key, in this process' memory. */
export function createIdempotency<T>(options: IdempotencyOptions = {}): Idempotency<T> {
  const { maxKeys = 10_000, maxAgeMs = 86_400_000 } = options;
  const attempts = new LRUCache<string, Attempt<T>>({ max: maxKeys, ttl: maxAgeMs });

  async function once(
    key: string,
    fingerprint: string,
    attempt: () => Promise<T>,
    replayed: () => Promise<void>,
  ): Promise<T> {
    const earlier = attempts.get(key);
    if (earlier === undefined) return begin(key, fingerprint, attempt);
    if (earlier.fingerprint !== fingerprint) {
      throw new GatewayError(
        'IDEMPOTENCY_KEY_REUSED',
        'This idempotency key came before with other arguments: use a new key for a new upload.',
      );
    }
    const [outcome] = await Promise.all([earlier.outcome, replayed()]);
    return outcome;
  }

  async function begin(key: string, fingerprint: string, attempt: () => Promise<T>): Promise<T> {
    const outcome = attempt();
    attempts.set(key, { fingerprint, outcome });
    try {
      return await outcome;
    } catch (error) {
      attempts.delete(key);
      throw error;
    }
  }

  return { once };
}
