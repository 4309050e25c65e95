import { createPollQueue, type Claim, type QueuedClaim } from './poll-queue.ts';

/** Rate limit for polls, so that many photos at once send the provider no more calls than intended. */
export interface PollBudget {
  /**
   * Resolves when a poll may be made. If several wait, those of uploaded photos go first, and their
   * holders take turns; see `createPollQueue`. A claim must not wait twice at the same time.
   * @throws the reason of `signal`.
   */
  take(claim: Claim, gain: () => number, signal: AbortSignal): Promise<void>;
  /** Moves a waiting claim to the awaited claims, because a client waits for its poll now. */
  promote(claim: Claim): void;
}

export interface PollBudgetOptions {
  /** Average polls a second. After a pause, as many may be made at once. */
  readonly pollsPerSecond: number;
}

interface Waiting extends QueuedClaim {
  readonly grant: () => void;
  leaveQueue: () => void;
}

/** Creates a token bucket with a queue. Its timer runs only while a claim waits. */
export function createPollBudget({ pollsPerSecond }: PollBudgetOptions): PollBudget {
  const capacity = Math.max(1, pollsPerSecond);
  const queue = createPollQueue<Waiting>();
  const waiting = new Map<Claim, Waiting>();
  let tokens = capacity;
  let countedAtMs = performance.now();
  let timer: NodeJS.Timeout | undefined;

  function count() {
    const nowMs = performance.now();
    tokens = Math.min(capacity, tokens + ((nowMs - countedAtMs) / 1000) * pollsPerSecond);
    countedAtMs = nowMs;
  }

  function grantNext() {
    timer = undefined;
    count();
    while (tokens >= 1 && queue.size > 0) {
      tokens -= 1;
      queue.shift()?.grant();
    }
    if (queue.size === 0) return;
    timer = setTimeout(grantNext, Math.ceil(((1 - tokens) / pollsPerSecond) * 1000));
  }

  function remove(entry: Waiting) {
    entry.leaveQueue();
    waiting.delete(entry.claim);
    if (queue.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  }

  async function take(claim: Claim, gain: () => number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<void>();
    const entry: Waiting = { claim, gain, grant: leave, leaveQueue: () => undefined };
    function leave() {
      remove(entry);
      turn.resolve();
    }
    entry.leaveQueue = queue.add(entry);
    waiting.set(claim, entry);
    signal.addEventListener('abort', leave);
    // While the timer runs there is no token. A claim that comes then waits, and costs the claims
    // that wait already nothing.
    if (timer === undefined) grantNext();
    await turn.promise;
    signal.removeEventListener('abort', leave);
    signal.throwIfAborted();
  }

  function promote(claim: Claim) {
    const entry = waiting.get(claim);
    if (entry === undefined) return;
    entry.leaveQueue();
    entry.leaveQueue = queue.add(entry);
  }

  return { take, promote };
}
