import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Provider } from '../../provider/provider.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { Pace } from './pace.ts';
import type { PollBudget } from './poll-budget.ts';

export interface PollTarget {
  readonly id: string;
  /** When its age began, in milliseconds since 1970. */
  readonly bornAtMs: number;
  readonly pace: Pace;
  /** How much a poll's chance of success weighs beside those of other photos: whether somebody waits for it. */
  readonly weight: () => number;
  /** How many clients wait for it. */
  readonly waiters: () => number;
  /**
   * Called with each failure of a poll, and the photo's age then. What it throws ends the polling; else it goes
   * on, more slowly.
   */
  readonly onFailure: (error: GatewayError, ageMs: number) => void;
}

export interface PollOptions {
  readonly provider: Pick<Provider, 'status'>;
  readonly budget: PollBudget;
  readonly telemetry: Pick<Telemetry, 'tracing' | 'polled' | 'foundReady'>;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * Asks the provider again and again, one poll after the other, at the target's pace and within the
 * budget, until the photo is ready.
 * @throws what `onFailure` throws; the `signal`'s reason.
 */
export async function pollUntilReady(
  target: PollTarget,
  options: PollOptions,
  signal: AbortSignal,
): Promise<void> {
  const { id, pace } = target;
  const { provider, budget, telemetry, log } = options;
  let progress = { askedAtMs: 0, polls: 0, failures: 0 };
  let dueAtMs = 0;

  // By the steady clock from here on. One that is set back would stop the polling until it has caught up, and one
  // that is set ahead would make the photo so old that its next failure is its last.
  const beganAtMs = performance.now();
  const ageAtFirstMs = Math.max(0, options.now() - target.bornAtMs);
  const ageMs = () => ageAtFirstMs + performance.now() - beganAtMs;
  const current = () => ({ ...progress, ageMs: ageMs() });
  const gain = () => pace.readyChance(current()) * target.weight() * (1 + ageMs() - dueAtMs);

  async function poll(): Promise<boolean> {
    const { askedAtMs, polls } = progress;
    const sentAtMs = ageMs();
    telemetry.polled({ waiters: target.waiters() });
    const span = { 'photo_gateway.photo_id': id, 'photo_gateway.poll': polls + 1 };
    const status = await telemetry.tracing.span('poll', span, () => provider.status(id, signal));
    const ready = status === 'READY';
    if (ready) {
      pace.observe({ notReadyAtMs: askedAtMs, readyAtMs: sentAtMs });
      telemetry.foundReady({ polls: polls + 1, delayMs: sentAtMs - askedAtMs });
    }
    progress = { askedAtMs: sentAtMs, polls: polls + 1, failures: 0 };
    return ready;
  }

  for (;;) {
    dueAtMs = pace.nextPollAgeMs(current());
    await delay(Math.max(0, dueAtMs - ageMs()), undefined, { signal });
    await budget.take(gain, signal);
    try {
      if (await poll()) return;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      target.onFailure(error, ageMs());
      const { polls, failures } = progress;
      progress = { ...progress, polls: polls + 1, failures: failures + 1 };
      log.warn(
        { err: error, photoId: id, failures: failures + 1 },
        'A poll failed; it will be tried again',
      );
    }
  }
}
