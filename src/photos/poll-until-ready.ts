import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Provider } from '../provider/provider.ts';

export interface PollOptions {
  readonly provider: Pick<Provider, 'status'>;
  /** Pause between the first two polls, in milliseconds; later ones grow from there. */
  readonly pollIntervalMs: number;
  readonly log: Log;
}

/**
 * Asks the provider at once and then again and again, one poll after the other, until the photo is ready.
 * A failure that may pass only slows it down.
 * @throws the first failure that will not pass (`retryable: false`), such as `PHOTO_NOT_FOUND`; the
 * `signal`'s reason.
 */
export async function pollUntilReady(
  id: string,
  { provider, pollIntervalMs, log }: PollOptions,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  for (let poll = 1; ; poll += 1) {
    try {
      if ((await provider.status(id, signal)) === 'READY') return;
      failures = 0;
    } catch (error) {
      if (!(error instanceof GatewayError) || !error.retryable) throw error;
      failures += 1;
      log.warn({ err: error, photoId: id, failures }, 'A poll failed; it will be tried again');
    }
    await delay(pauseMs(pollIntervalMs, poll, failures), undefined, { signal });
  }
}

/** Slower with time and slower still while the provider fails; spread, so that photos do not poll in step. */
function pauseMs(pollIntervalMs: number, poll: number, failures: number): number {
  const patience = Math.min(1.15 ** (poll - 1), 5);
  const caution = Math.min(2 ** failures, 16);
  const spread = 0.9 + Math.random() * 0.2;
  return pollIntervalMs * patience * caution * spread;
}
