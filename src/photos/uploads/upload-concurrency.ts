import { GatewayError } from '../../common/errors.ts';
import { createSlots, type Slots } from '../../common/slots.ts';

/**
 * Limits the uploads that run at once: those of each holder, and all together. An upload waits a
 * short time for a slot. The slot is free again once it is disposed of.
 */
export interface UploadConcurrencyLimiter {
  /** Takes one of the holder's own slots. @throws `RATE_LIMITED` if none becomes free. */
  takeOwn(holder: string): Promise<Disposable>;
  /**
   * Takes one of the slots that all holders have together. Take it after `takeOwn`, so that a holder
   * with too many uploads does not block all others. If holders have a limit of their own, one may
   * hold at most half of the slots that the others do not hold, and holders that wait take turns.
   * @throws `RATE_LIMITED` if none becomes free.
   */
  takeShared(holder: string): Promise<Disposable>;
}

export interface UploadConcurrencyLimiterOptions {
  /** Uploads that run at once, all together. */
  readonly all: number;
  /** Uploads of one holder that run at once; null for no limit but `all`. */
  readonly each: number | null;
  /** Longest wait for a slot, in milliseconds. */
  readonly timeoutMs: number;
}

/** Uploads that wait for a slot. Each waits only for `timeoutMs`. */
const MAX_WAITING = 10_000;

interface HolderLimiter {
  readonly slots: Slots;
  /** Uploads that have a slot or wait for one. */
  users: number;
}

export function createUploadConcurrencyLimiter({
  all,
  each,
  timeoutMs,
}: UploadConcurrencyLimiterOptions): UploadConcurrencyLimiter {
  const holderLimiters = new Map<string, HolderLimiter>();
  const shared = limited(all, 'Too many uploads are running: try again in a few seconds.');

  function limited(count: number, message: string): Slots {
    const full = () => new GatewayError('RATE_LIMITED', message, { retryAfterMs: timeoutMs });
    return createSlots({ count, maxWaiting: MAX_WAITING, maxWaitMs: timeoutMs, full });
  }

  function limiterOf(holder: string, count: number): HolderLimiter {
    const known = holderLimiters.get(holder);
    if (known) return known;
    const limiter = {
      slots: limited(count, 'Too many of your uploads are running: wait until one has ended.'),
      users: 0,
    };
    holderLimiters.set(holder, limiter);
    return limiter;
  }

  async function takeOwn(holder: string): Promise<Disposable> {
    using leaving = new DisposableStack();
    if (each === null) return leaving.move();
    const limiter = limiterOf(holder, each);
    limiter.users += 1;
    leaving.defer(() => {
      limiter.users -= 1;
      if (limiter.users === 0) holderLimiters.delete(holder);
    });
    leaving.use(await limiter.slots.take(undefined));
    return leaving.move();
  }

  return {
    takeOwn,
    takeShared: (holder) => shared.take(undefined, each === null ? undefined : holder),
  };
}
