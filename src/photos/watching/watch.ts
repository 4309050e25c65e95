import { waitFor, type Settle, type WaitBounds } from '../../common/wait-for.ts';
import type { PhotoRecord } from '../store/store.ts';
import type { PollLoop } from './poll-loop.ts';

/** A client that waits for a photo, and how to tell it the outcome. */
export interface Waiter {
  /** The key that limits count it under. */
  readonly rateLimitKey: string;
  readonly outcome: Settle<void>;
}

/** One photo that is polled. */
export interface Watch {
  readonly id: string;
  /** The photo, if it was uploaded here; null for an id that is polled only for its waiters. */
  photo: PhotoRecord | null;
  /** The key whose turn its polls take while nobody waits. */
  rateLimitKey: string;
  /** Ends the current poll loop. */
  controller: AbortController;
  /** The current poll loop. */
  loop: PollLoop | null;
  readonly waiters: Set<Waiter>;
}

export function createWatch(id: string, photo: PhotoRecord | null): Watch {
  const controller = new AbortController();
  return { id, photo, rateLimitKey: '', controller, loop: null, waiters: new Set() };
}

/** The rate limit key whose turn its polls take: that of the waiter that has waited longest. */
export function holderOf({ waiters, rateLimitKey }: Watch): string {
  for (const waiter of waiters) return waiter.rateLimitKey;
  return rateLimitKey;
}

/** Settles and removes all waiters. */
export function tellAll({ waiters }: Watch, tell: (outcome: Settle<void>) => void) {
  for (const { outcome } of waiters) tell(outcome);
  waiters.clear();
}

/**
 * Waits until the watch settles its waiters. `onLeave` is called whenever one has left.
 * @throws as `waitFor` does.
 */
export function waitForWatch(
  watch: Watch,
  rateLimitKey: string,
  bounds: WaitBounds,
  onLeave: (watch: Watch) => void,
): Promise<void> {
  function enter(outcome: Settle<void>) {
    const waiter = { rateLimitKey, outcome };
    watch.waiters.add(waiter);
    return () => {
      watch.waiters.delete(waiter);
      onLeave(watch);
    };
  }
  return waitFor(enter, bounds);
}
