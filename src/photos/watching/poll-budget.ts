import { GatewayError } from '../../common/errors.ts';
import { MAX_PHOTO_CALLS } from '../../provider/bulkheads.ts';
import { isRefused } from '../../provider/circuit.ts';
import { isOverload } from '../../provider/overload.ts';
import { createPollQueue, type Claim, type QueuedClaim } from './poll-queue.ts';
import { createPollRate } from './poll-rate.ts';

/**
 * Limits the polls of all photos to what the provider bears, as far as its answers tell: their rate,
 * and how many of them run at a time.
 */
export interface PollBudget {
  /**
   * Runs `poll` when its turn has come. If several wait, those of uploaded photos go first, and their
   * holders take turns; see `createPollQueue`. A claim must not wait twice at the same time.
   * @throws what `poll` throws; the reason of `signal`, which ends the wait.
   */
  run<Result>(claim: Claim, poll: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
  /** Moves a waiting claim to the awaited claims, because a client waits for its poll now. */
  promote(claim: Claim): void;
}

export interface PollBudgetOptions {
  /** Most polls a second, of all nodes of a fleet together. */
  readonly pollsPerSecond: number;
  /** How many nodes share that, at this moment. @default 1 */
  readonly livingNodes?: () => number;
}

interface Waiting extends QueuedClaim {
  readonly grant: () => void;
  leaveQueue: () => void;
}

/** After a pause, as many polls may be sent at once as otherwise in this part of a second. */
const BURST_SECONDS = 0.25;

/**
 * Creates a token bucket with a queue, whose rate follows the provider's answers; see
 * `createPollRate`. Its timer runs only while a claim waits for a token.
 */
export function createPollBudget(options: PollBudgetOptions): PollBudget {
  const rate = createPollRate(options.pollsPerSecond, options.livingNodes);
  const queue = createPollQueue<Waiting>(MAX_PHOTO_CALLS);
  const waiting = new Map<Claim, Waiting>();
  let tokens = Infinity;
  let countedAtMs = performance.now();
  let timer: NodeJS.Timeout | undefined;

  function count() {
    const nowMs = performance.now();
    const capacity = Math.max(1, rate.perSecond * BURST_SECONDS);
    tokens = Math.min(capacity, tokens + ((nowMs - countedAtMs) / 1000) * rate.perSecond);
    countedAtMs = nowMs;
  }

  function grantAll() {
    // While the timer runs there is no token. A claim that comes then costs those that wait nothing.
    if (timer !== undefined) return;
    count();
    while (tokens >= 1 && queue.hasNext) {
      tokens -= 1;
      queue.shift()?.grant();
    }
    if (!queue.hasNext) return;
    rate.wanted();
    timer = setTimeout(onToken, Math.ceil(((1 - tokens) / rate.perSecond) * 1000));
  }

  function onToken() {
    timer = undefined;
    grantAll();
  }

  function remove(entry: Waiting) {
    entry.leaveQueue();
    waiting.delete(entry.claim);
    if (queue.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  }

  async function waitForTurn(claim: Claim, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<void>();
    let isGranted = false;
    const entry: Waiting = { claim, grant, leaveQueue: () => undefined };
    function grant() {
      isGranted = true;
      leave();
    }
    function leave() {
      remove(entry);
      turn.resolve();
    }
    entry.leaveQueue = queue.add(entry);
    waiting.set(claim, entry);
    signal.addEventListener('abort', leave);
    grantAll();
    await turn.promise;
    signal.removeEventListener('abort', leave);
    if (isGranted && signal.aborted) end(claim);
    signal.throwIfAborted();
  }

  function end(claim: Claim) {
    queue.ended(claim);
    grantAll();
  }

  async function run<Result>(claim: Claim, poll: () => Promise<Result>, signal: AbortSignal) {
    await waitForTurn(claim, signal);
    const sentAtMs = performance.now();
    try {
      const result = await poll();
      note(claim, sentAtMs, null);
      return result;
    } catch (error) {
      if (!signal.aborted) note(claim, sentAtMs, error);
      throw error;
    } finally {
      end(claim);
    }
  }

  function note({ uploaded }: Claim, sentAtMs: number, error: unknown) {
    if (wasHeldUp(error, uploaded)) return;
    const overloaded = isOverload(error);
    const tookMs = uploaded && !overloaded ? performance.now() - sentAtMs : null;
    rate.heard({ sentAtMs, tookMs, overloaded });
  }

  function promote(claim: Claim) {
    const entry = waiting.get(claim);
    if (entry === undefined) return;
    entry.leaveQueue();
    entry.leaveQueue = queue.add(entry);
  }

  return { run, promote };
}

/**
 * Whether a poll was not sent, which says nothing of the load that the provider bears: an open circuit
 * refused it, or clients' questions held it up, with which polls of other ids take turns.
 */
function wasHeldUp(error: unknown, uploaded: boolean): boolean {
  if (!(error instanceof GatewayError)) return false;
  return isRefused(error) || (error.code === 'RATE_LIMITED' && !uploaded);
}
