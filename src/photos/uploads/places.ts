import { Semaphore, withTimeout, type SemaphoreInterface } from 'async-mutex';
import { GatewayError } from '../../errors.ts';

/** Where uploads run, of which there are only so many. */
export interface Places {
  /**
   * Runs `work` in a place of `holder`'s own and in one of those that all have, each of which it waits for a
   * short time.
   * @throws `RATE_LIMITED` where no place becomes free; what `work` throws.
   */
  run<Result>(holder: string, work: () => Promise<Result>): Promise<Result>;
}

export interface PlacesOptions {
  readonly all: number;
  /** Null for as many as all have. */
  readonly each: number | null;
  /** Longest wait for a place, in milliseconds. */
  readonly timeoutMs: number;
}

interface Share {
  readonly places: SemaphoreInterface;
  /** How many have a place or wait for one. */
  users: number;
}

export function createPlaces({ all, each, timeoutMs }: PlacesOptions): Places {
  const shares = new Map<string, Share>();
  const places = limited(all, 'Too many uploads are running: try again in a few seconds.');

  function limited(count: number, message: string): SemaphoreInterface {
    const full = new GatewayError('RATE_LIMITED', message, { retryAfterMs: timeoutMs });
    return withTimeout(new Semaphore(count), timeoutMs, full);
  }

  function shareOf(holder: string, count: number): Share {
    const known = shares.get(holder);
    if (known) return known;
    const share = {
      places: limited(count, 'Too many of your uploads are running: wait until one has ended.'),
      users: 0,
    };
    shares.set(holder, share);
    return share;
  }

  async function run<Result>(holder: string, work: () => Promise<Result>): Promise<Result> {
    if (each === null) return places.runExclusive(work);
    const share = shareOf(holder, each);
    share.users += 1;
    try {
      // Its own first: whoever has too many of them must not stand in everyone else's way.
      return await share.places.runExclusive(() => places.runExclusive(work));
    } finally {
      share.users -= 1;
      if (share.users === 0) shares.delete(holder);
    }
  }

  return { run };
}
