import { waitFor, type Settle } from '../../common/wait-for.ts';
import { tooManyQuestions } from '../failures.ts';
import type { PollStatus } from './poll-target.ts';

/** A poll that is on its way. */
export interface SentPoll {
  readonly status: Promise<PollStatus>;
}

/** Clients that ask for the status of one photo, and wait until its next poll is sent. */
export interface Askers {
  readonly size: number;
  /**
   * Waits until a poll is sent; null if there will be none.
   * @param onEntered called once this one is counted.
   * @throws `RATE_LIMITED` after five seconds; the reason of `signal`.
   */
  wait(onEntered: () => void, signal?: AbortSignal): Promise<SentPoll | null>;
  /** Tells all that wait. */
  tell(sent: SentPoll | null): void;
}

const MAX_WAIT_MS = 5000;

export function createAskers(): Askers {
  const asking = new Set<Settle<SentPoll | null>>();

  function wait(onEntered: () => void, signal?: AbortSignal): Promise<SentPoll | null> {
    function enter(outcome: Settle<SentPoll | null>) {
      asking.add(outcome);
      onEntered();
      return () => void asking.delete(outcome);
    }
    const untilMs = performance.now() + MAX_WAIT_MS;
    return waitFor(enter, { signal, untilMs, timeoutError: tooManyQuestions });
  }

  function tell(sent: SentPoll | null) {
    for (const asker of asking) asker.resolve(sent);
    asking.clear();
  }

  return {
    get size() {
      return asking.size;
    },
    wait,
    tell,
  };
}
