import { GatewayError } from '../../common/errors.ts';
import { createSlots, type Slots } from '../../common/slots.ts';

/**
 * Where uploads run, of which there are only so many. A place is waited for a short time, and free again once it is
 * disposed of.
 */
export interface UploadConcurrencyLimiter {
  /** One of those of `holder`'s own. @throws `RATE_LIMITED` where none becomes free. */
  takeOwn(holder: string): Promise<Disposable>;
  /**
   * One of those that all have. To be taken after one's own, so that whoever has too many uploads does not stand in
   * everyone else's way. Where holders are told apart, one has at most as many as it leaves free, and those that wait
   * take turns. @throws `RATE_LIMITED` where none becomes free.
   */
  takeShared(holder: string): Promise<Disposable>;
}

export interface UploadConcurrencyLimiterOptions {
  readonly all: number;
  /** Null for as many as all have. */
  readonly each: number | null;
  /** Longest wait for a place, in milliseconds. */
  readonly timeoutMs: number;
}

/** Each waits only for `timeoutMs`. */
const MAX_WAITING = 10_000;

interface Share {
  readonly slots: Slots;
  /** How many have a place or wait for one. */
  users: number;
}

export function createUploadConcurrencyLimiter({
  all,
  each,
  timeoutMs,
}: UploadConcurrencyLimiterOptions): UploadConcurrencyLimiter {
  const shares = new Map<string, Share>();
  const shared = limited(all, 'Too many uploads are running: try again in a few seconds.');

  function limited(count: number, message: string): Slots {
    const full = () => new GatewayError('RATE_LIMITED', message, { retryAfterMs: timeoutMs });
    return createSlots({ count, maxWaiting: MAX_WAITING, maxWaitMs: timeoutMs, full });
  }

  function shareOf(holder: string, count: number): Share {
    const known = shares.get(holder);
    if (known) return known;
    const share = {
      slots: limited(count, 'Too many of your uploads are running: wait until one has ended.'),
      users: 0,
    };
    shares.set(holder, share);
    return share;
  }

  async function takeOwn(holder: string): Promise<Disposable> {
    using leaving = new DisposableStack();
    if (each === null) return leaving.move();
    const share = shareOf(holder, each);
    share.users += 1;
    leaving.defer(() => {
      share.users -= 1;
      if (share.users === 0) shares.delete(holder);
    });
    leaving.use(await share.slots.take(undefined));
    return leaving.move();
  }

  return {
    takeOwn,
    takeShared: (holder) => shared.take(undefined, each === null ? undefined : holder),
  };
}
