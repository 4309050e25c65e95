/** Rations polls, so that many photos at once cost the provider no more calls than it is meant to get. */
export interface PollBudget {
  /**
   * Resolves when a poll may be made. Where several wait, the one whose `gain` is greatest at that moment
   * goes first. Leaves with the reason of `signal`.
   */
  take(gain: () => number, signal: AbortSignal): Promise<void>;
}

export interface PollBudgetOptions {
  /** Polls a second in the long run; as many may be made at once after a pause. */
  readonly pollsPerSecond: number;
}

interface Waiting {
  readonly gain: () => number;
  readonly grant: () => void;
}

/** A token bucket whose queue is ordered by gain. Its timer runs only while somebody waits. */
export function createPollBudget({ pollsPerSecond }: PollBudgetOptions): PollBudget {
  const capacity = Math.max(1, pollsPerSecond);
  const waiting = new Set<Waiting>();
  let tokens = capacity;
  let countedAtMs = performance.now();
  let timer: NodeJS.Timeout | undefined;

  function count() {
    const nowMs = performance.now();
    tokens = Math.min(capacity, tokens + ((nowMs - countedAtMs) / 1000) * pollsPerSecond);
    countedAtMs = nowMs;
  }

  function grantNext() {
    count();
    while (tokens >= 1 && waiting.size > 0) {
      tokens -= 1;
      greatest(waiting)?.grant();
    }
    schedule();
  }

  function schedule() {
    clearTimeout(timer);
    if (waiting.size === 0) return;
    timer = setTimeout(grantNext, Math.ceil(((1 - tokens) / pollsPerSecond) * 1000));
  }

  async function take(gain: () => number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<void>();
    const place = { gain, grant: leave };
    function leave() {
      waiting.delete(place);
      turn.resolve();
    }
    waiting.add(place);
    signal.addEventListener('abort', leave);
    grantNext();
    await turn.promise;
    signal.removeEventListener('abort', leave);
    if (waiting.size === 0) clearTimeout(timer);
    signal.throwIfAborted();
  }

  return { take };
}

function greatest(waiting: Iterable<Waiting>): Waiting | undefined {
  let best: { readonly place: Waiting; readonly gain: number } | undefined;
  for (const place of waiting) {
    const gain = place.gain();
    if (best === undefined || gain > best.gain) best = { place, gain };
  }
  return best?.place;
}
