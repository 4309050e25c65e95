import { setImmediate as breathe } from 'node:timers/promises';
import type { Log } from '../common/log.ts';
import type { Store } from './store/store.ts';

export interface HousekeepingOptions {
  readonly store: Pick<Store, 'purge' | 'outbox'>;
  readonly log: Log;
  /** Interval between two runs, in milliseconds. @default one hour */
  readonly intervalMs?: number;
}

const DAY_MS = 86_400_000;
/** How long an idempotency key is valid. */
const RECORD_LIFETIME_MS = DAY_MS;
/** How long a photo is remembered after its picture is gone. */
const PHOTO_LIFETIME_MS = 30 * DAY_MS;
/** How long, and how many, webhooks that ended can be listed and sent again. */
const WEBHOOKS = {
  deliveredMs: DAY_MS,
  othersMs: 30 * DAY_MS,
  maxDelivered: 100_000,
  maxFailed: 1_000_000,
};
/** Rows deleted per step: few enough that no request waits for it. */
const ROWS_PER_STEP = 100;

/** Deletes old rows at intervals, in small steps. @returns a handle that stops it. */
export function startHousekeeping(options: HousekeepingOptions): AsyncDisposable {
  const { store, log, intervalMs = 3_600_000 } = options;
  const closing = new AbortController();
  let round = Promise.resolve();

  async function inSteps(step: () => Promise<number>) {
    while (!closing.signal.aborted && (await step()) > 0) await breathe();
  }

  async function purge() {
    const limits = {
      recordsMs: RECORD_LIFETIME_MS,
      photosMs: PHOTO_LIFETIME_MS,
      maxRows: ROWS_PER_STEP,
    };
    await inSteps(() => store.purge(limits));
    // Also where webhooks are not sent any more.
    await inSteps(() => store.outbox.purge({ ...WEBHOOKS, maxRows: ROWS_PER_STEP }));
  }

  function begin() {
    round = round.then(purge).catch((error: unknown) => {
      log.error({ err: error }, 'Old rows cannot be deleted; it will be tried again');
    });
  }

  begin();
  const timer = setInterval(begin, intervalMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      clearInterval(timer);
      await round;
    },
  };
}
