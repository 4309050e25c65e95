import type { PhotoRecord } from '../store/store.ts';
import type { PollTarget } from './poll-until-ready.ts';
import { waitFor, type Settle, type WaitBounds } from './wait-for.ts';

/** Who waits for a photo, and how to tell them. */
export interface Waiter {
  /** Under which name limits count it. */
  readonly rateLimitKey: string;
  readonly outcome: Settle<void>;
}

/** One photo that is polled. */
export interface Watch {
  readonly id: string;
  /** The photo, where it was uploaded here; null for an id that is polled only for those who wait. */
  photo: PhotoRecord | null;
  /** Whose turn its polls take while nobody waits. */
  rateLimitKey: string;
  /** Ends the loop of this moment. */
  controller: AbortController;
  /** What the loop of this moment polls. */
  target: PollTarget | null;
  readonly waiters: Set<Waiter>;
}

export function createWatch(id: string, photo: PhotoRecord | null): Watch {
  const controller = new AbortController();
  return { id, photo, rateLimitKey: '', controller, target: null, waiters: new Set() };
}

/** Whose turn its polls take: that of the one who waits for longest. */
export function holderOf({ waiters, rateLimitKey }: Watch): string {
  for (const waiter of waiters) return waiter.rateLimitKey;
  return rateLimitKey;
}

/** Tells all who wait, so that none of them waits any more. */
export function tellAll({ waiters }: Watch, tell: (outcome: Settle<void>) => void) {
  for (const { outcome } of waiters) tell(outcome);
  waiters.clear();
}

/** Waits until the watch tells. */
export function waitForWatch(
  { waiters }: Watch,
  rateLimitKey: string,
  bounds: WaitBounds,
): Promise<void> {
  function enter(outcome: Settle<void>) {
    const waiter = { rateLimitKey, outcome };
    waiters.add(waiter);
    return () => void waiters.delete(waiter);
  }
  return waitFor(enter, bounds);
}
