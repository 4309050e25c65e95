import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { PollStrategy } from './planning/poll-strategy.ts';
import type { PollBudget } from './poll-budget.ts';
import type { Claim } from './poll-queue.ts';

export interface FailedPoll {
  readonly error: GatewayError;
  /** The photo's age at the failure, in milliseconds. */
  readonly ageMs: number;
  /** Consecutive failed polls, this one included. */
  readonly failures: number;
}

export interface PollTarget extends Claim {
  readonly id: string;
  /** The moment from which its age counts, in milliseconds since 1970. */
  readonly bornAtMs: number;
  readonly strategy: PollStrategy;
  /** Asks the provider for its status. */
  readonly ask: (signal: AbortSignal) => Promise<'PROCESSING' | 'READY'>;
  /** How many clients wait for it. */
  readonly waiters: () => number;
  /** Called with each failed poll. If it throws, the polling ends; else it goes on, more slowly. */
  readonly onFailure: (failed: FailedPoll) => void;
}

export interface PollOptions {
  readonly budget: PollBudget;
  readonly telemetry: Pick<Telemetry, 'tracing' | 'polled' | 'foundReady'>;
  readonly log: Log;
  readonly now: () => number;
}

/** Weight of a poll that a client waits for. Other polls of the same client have the weight 1. */
const WEIGHT_OF_AWAITED = 10;

/**
 * Polls until the photo is ready, one poll after the other, by the target's poll strategy and within
 * the budget.
 * @throws what `onFailure` throws; the `signal`'s reason.
 */
export async function pollUntilReady(
  target: PollTarget,
  options: PollOptions,
  signal: AbortSignal,
): Promise<void> {
  const { id, strategy } = target;
  const { budget, telemetry, log } = options;
  let progress = { askedAtMs: 0, polls: 0, failures: 0 };
  let dueAtMs = 0;

  // By the monotonic clock from here on. A clock that is set back would stop the polling until it
  // has caught up. A clock that is set ahead would make the photo so old that its next failure is
  // its last.
  const beganAtMs = performance.now();
  const ageAtFirstMs = Math.max(0, options.now() - target.bornAtMs);
  const ageMs = () => ageAtFirstMs + performance.now() - beganAtMs;
  const current = () => ({ ...progress, ageMs: ageMs() });
  const weight = () => (target.isAwaited() ? WEIGHT_OF_AWAITED : 1);
  const gain = () => strategy.readyChance(current()) * weight() * (1 + ageMs() - dueAtMs);

  async function poll(): Promise<boolean> {
    const { askedAtMs, polls } = progress;
    const sentAtMs = ageMs();
    telemetry.polled({ waiters: target.waiters() });
    const span = { 'photo_gateway.photo_id': id, 'photo_gateway.poll': polls + 1 };
    const status = await telemetry.tracing.span('poll', span, () => target.ask(signal));
    const ready = status === 'READY';
    if (ready) {
      strategy.observe({ notReadyAtMs: askedAtMs, readyAtMs: sentAtMs });
      telemetry.foundReady({ polls: polls + 1, delayMs: sentAtMs - askedAtMs });
    }
    progress = { askedAtMs: sentAtMs, polls: polls + 1, failures: 0 };
    return ready;
  }

  for (;;) {
    dueAtMs = strategy.nextPollAgeMs(current());
    await delay(Math.max(0, dueAtMs - ageMs()), undefined, { signal });
    await budget.take(target, gain, signal);
    try {
      if (await poll()) return;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const failures = progress.failures + 1;
      target.onFailure({ error, ageMs: ageMs(), failures });
      progress = { ...progress, polls: progress.polls + 1, failures };
      log.warn({ err: error, photoId: id, failures }, 'A poll failed; it will be tried again');
    }
  }
}
