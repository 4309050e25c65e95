import { abortable } from '../../common/bounded.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { createAskers, type SentPoll } from './askers.ts';
import { createPause } from './pause.ts';
import type { PollBudget } from './poll-budget.ts';
import type { PollStatus, PollTarget } from './poll-target.ts';

export interface PollOptions {
  readonly budget: PollBudget;
  /** The interval of polls before anything is learned, in milliseconds. */
  readonly pollIntervalMs: number;
  readonly telemetry: Pick<Telemetry, 'tracing' | 'polled' | 'foundReady'>;
  readonly log: Log;
  readonly now: () => number;
}

/** The polls of one photo, one after the other, by its poll strategy and within the budget. */
export interface PollLoop {
  /**
   * Polls until the photo is ready. Call it once.
   * @throws what `onFailure` throws; the reason of the loop's signal.
   */
  run(): Promise<void>;
  /**
   * The photo's status as the last poll found it, if that was sent within the last second or the last
   * poll interval, whichever is shorter. Otherwise the photo is polled now. All who ask meanwhile
   * share that poll.
   * @returns null if the loop ends without that poll.
   * @throws the failure of the poll; `RATE_LIMITED` if it must wait too long for its turn; the reason
   * of `signal`.
   */
  status(signal?: AbortSignal): Promise<PollStatus | null>;
  /** What `status` returns without a poll; null if it needs one. */
  latestStatus(): PollStatus | null;
  /** Notes that a client has begun to wait: the next poll is worth more. */
  promote(): void;
}

/** Weight of a poll that a client waits for. Other polls of the same client have the weight 1. */
const WEIGHT_OF_AWAITED = 10;
const MAX_STATUS_AGE_MS = 1000;

/** @param signal ends the loop. */
export function createPollLoop(
  target: PollTarget,
  options: PollOptions,
  signal: AbortSignal,
): PollLoop {
  const { id, strategy, uploaded, holder } = target;
  const { budget, telemetry, log } = options;
  const maxStatusAgeMs = Math.min(options.pollIntervalMs, MAX_STATUS_AGE_MS);
  const askers = createAskers();
  const pause = createPause();
  /** Counts the photo among those being processed, for the planning of others. */
  const following = new DisposableStack();
  let progress = { askedAtMs: 0, polls: 0, failures: 0 };
  let dueAtMs = 0;
  /** Whether the next poll must be planned anew. */
  let isOutdated = false;
  let sent: SentPoll | null = null;
  /** What the last poll found, and when it was sent; null if it failed. */
  let last: { readonly status: PollStatus; readonly sentAtMs: number } | null = null;
  let hasEnded = false;

  // By the monotonic clock from here on. A clock that is set back would stop the polling until it
  // has caught up. A clock that is set ahead would make the photo so old that its next failure is
  // its last.
  const beganAtMs = performance.now();
  const ageAtFirstMs = Math.max(0, options.now() - target.bornAtMs);
  const ageMs = () => ageAtFirstMs + performance.now() - beganAtMs;
  const current = () => ({ ...progress, ageMs: ageMs() });
  const isAwaited = () => target.waiters() + askers.size > 0;
  const weight = () => (isAwaited() ? WEIGHT_OF_AWAITED : 1);
  const gain = () => strategy.readyChance(current()) * weight() * (1 + ageMs() - dueAtMs);
  const claim = { uploaded, holder, isAwaited, gain };

  async function ask(): Promise<PollStatus> {
    const { askedAtMs, polls } = progress;
    const sentAtMs = ageMs();
    telemetry.polled({ waiters: target.waiters() });
    const span = { 'photo_gateway.photo_id': id, 'photo_gateway.poll': polls + 1 };
    const found = await telemetry.tracing.span('poll', span, () => target.ask(signal));
    if (found === 'READY') {
      following.dispose();
      strategy.observe({ notReadyAtMs: askedAtMs, readyAtMs: sentAtMs });
      telemetry.foundReady({ polls: polls + 1, delayMs: sentAtMs - askedAtMs });
    }
    progress = { askedAtMs: sentAtMs, polls: polls + 1, failures: 0 };
    last = { status: found, sentAtMs };
    return found;
  }

  async function poll(): Promise<PollStatus> {
    sent = { status: ask() };
    askers.tell(sent);
    try {
      return await sent.status;
    } finally {
      sent = null;
    }
  }

  async function pollInTurn(): Promise<boolean> {
    try {
      return (await budget.run(claim, poll, signal)) === 'READY';
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      last = null;
      const failures = progress.failures + 1;
      target.onFailure({ error, ageMs: ageMs(), failures });
      progress = { ...progress, polls: progress.polls + 1, failures };
      log.warn({ err: error, photoId: id, failures }, 'A poll failed; it will be tried again');
      return false;
    }
  }

  async function untilDue(): Promise<void> {
    do {
      isOutdated = false;
      dueAtMs = strategy.nextPollAgeMs(current());
      if (askers.size === 0) await pause.wait(dueAtMs - ageMs(), signal);
    } while (isOutdated);
  }

  function replan() {
    isOutdated = true;
    pause.end();
  }

  async function run(): Promise<void> {
    following.use(strategy.follow({ askedAtMs: () => progress.askedAtMs, replan }));
    try {
      do await untilDue();
      while (!(await pollInTurn()));
    } finally {
      hasEnded = true;
      following.dispose();
      askers.tell(null);
    }
  }

  function hurry() {
    pause.end();
    budget.promote(claim);
  }

  function latestStatus(): PollStatus | null {
    if (last === null) return null;
    const isFresh = last.status === 'READY' || ageMs() - last.sentAtMs < maxStatusAgeMs;
    return isFresh ? last.status : null;
  }

  async function status(asker?: AbortSignal): Promise<PollStatus | null> {
    const latest = latestStatus();
    if (latest !== null || hasEnded) return latest;
    const answer = sent ?? (await askers.wait(hurry, asker));
    if (answer === null) return null;
    try {
      return await (asker ? abortable(answer.status, asker) : answer.status);
    } catch (error) {
      asker?.throwIfAborted();
      if (signal.aborted) return null;
      throw error;
    }
  }

  return { run, status, latestStatus, promote: () => budget.promote(claim) };
}
