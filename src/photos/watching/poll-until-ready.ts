import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Provider } from '../../provider/provider.ts';
import type { Pace } from './pace.ts';
import type { PollBudget } from './poll-budget.ts';

export interface PollTarget {
  readonly id: string;
  /** When its age began, in milliseconds since 1970. */
  readonly bornAtMs: number;
  readonly pace: Pace;
  /** How much a poll's chance of success weighs beside those of other photos: whether somebody waits for it. */
  readonly weight: () => number;
  /** Called with each failure of a poll. What it throws ends the polling; else it goes on, more slowly. */
  readonly onFailure: (error: GatewayError) => void;
}

export interface PollOptions {
  readonly provider: Pick<Provider, 'status'>;
  readonly budget: PollBudget;
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
  const { provider, budget, log } = options;
  let progress = { askedAtMs: 0, polls: 0, failures: 0 };
  let dueAtMs = 0;

  // A clock that was set back must not stop the polling until it has caught up.
  const ageMs = () => Math.max(progress.askedAtMs, options.now() - target.bornAtMs);
  const current = () => ({ ...progress, ageMs: ageMs() });
  const gain = () => pace.readyChance(current()) * target.weight() * (1 + ageMs() - dueAtMs);

  async function poll(): Promise<boolean> {
    const { askedAtMs, polls } = progress;
    const sentAtMs = ageMs();
    const ready = (await provider.status(id, signal)) === 'READY';
    if (ready) pace.observe({ notReadyAtMs: askedAtMs, readyAtMs: sentAtMs });
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
      target.onFailure(error);
      const { polls, failures } = progress;
      progress = { ...progress, polls: polls + 1, failures: failures + 1 };
      log.warn(
        { err: error, photoId: id, failures: failures + 1 },
        'A poll failed; it will be tried again',
      );
    }
  }
}
