import { Semaphore, withTimeout, type SemaphoreInterface } from 'async-mutex';
import { GatewayError } from '../../common/errors.ts';

/**
 * Where uploads run, of which there are only so many. A place is waited for a short time, and free again once it is
 * disposed of.
 */
export interface UploadConcurrencyLimiter {
  /** One of those of `holder`'s own. @throws `RATE_LIMITED` where none becomes free. */
  takeOwn(holder: string): Promise<Disposable>;
  /**
   * One of those that all have. To be taken after one's own, so that whoever has too many uploads does not stand in
   * everyone else's way. @throws `RATE_LIMITED` where none becomes free.
   */
  takeShared(): Promise<Disposable>;
}

export interface UploadConcurrencyLimiterOptions {
  readonly all: number;
  /** Null for as many as all have. */
  readonly each: number | null;
  /** Longest wait for a place, in milliseconds. */
  readonly timeoutMs: number;
}

interface Share {
  readonly limiter: SemaphoreInterface;
  /** How many have a place or wait for one. */
  users: number;
}

export function createUploadConcurrencyLimiter({
  all,
  each,
  timeoutMs,
}: UploadConcurrencyLimiterOptions): UploadConcurrencyLimiter {
  const shares = new Map<string, Share>();
  const limiter = limited(all, 'Too many uploads are running: try again in a few seconds.');

  function limited(count: number, message: string): SemaphoreInterface {
    const full = new GatewayError('RATE_LIMITED', message, { retryAfterMs: timeoutMs });
    return withTimeout(new Semaphore(count), timeoutMs, full);
  }

  function rateLimitKeyOf(holder: string, count: number): Share {
    const known = shares.get(holder);
    if (known) return known;
    const share = {
      limiter: limited(count, 'Too many of your uploads are running: wait until one has ended.'),
      users: 0,
    };
    shares.set(holder, share);
    return share;
  }

  async function takeOwn(holder: string): Promise<Disposable> {
    using leaving = new DisposableStack();
    if (each === null) return leaving.move();
    const share = rateLimitKeyOf(holder, each);
    share.users += 1;
    leaving.defer(() => {
      share.users -= 1;
      if (share.users === 0) shares.delete(holder);
    });
    const [, release] = await share.limiter.acquire();
    leaving.defer(release);
    return leaving.move();
  }

  async function takeShared(): Promise<Disposable> {
    const [, release] = await limiter.acquire();
    return { [Symbol.dispose]: release };
  }

  return { takeOwn, takeShared };
}
