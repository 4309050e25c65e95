import { setImmediate as breathe } from 'node:timers/promises';
import type { Log } from '../common/log.ts';
import type { Outbox } from '../photos/store/outbox/outbox.ts';
import type { Receivers } from './receivers.ts';

/** What has to be done with the outbox now and then, besides delivering. */
export interface OutboxCare {
  /** Begins to do it at intervals. */
  start(): void;
  /** Learns which receivers are disabled. */
  readDisabled(): Promise<void>;
  close(): Promise<void>;
}

export interface OutboxCareOptions {
  readonly outbox: Pick<Outbox, 'addExpired' | 'unblock' | 'trim' | 'disabled'>;
  readonly receivers: Pick<Receivers, 'isEmpty' | 'setDisabled'>;
  readonly intervalMs: number;
  readonly maxWaiting: number;
  readonly log: Log;
}

/** Rows per step: few enough that no request waits for it. */
const ROWS_PER_STEP = 100;
/** Every so many rounds, what waits is bounded. */
const ROUNDS_PER_CLEANING = 12;

export function createOutboxCare(options: OutboxCareOptions): OutboxCare {
  const { outbox, receivers, intervalMs, maxWaiting, log } = options;
  const closing = new AbortController();
  let rounds = 0;
  let failing = false;
  let round = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function inSteps(step: () => Promise<number>) {
    while (!closing.signal.aborted && (await step()) === ROWS_PER_STEP) await breathe();
  }

  async function clean() {
    const reason = `More than ${maxWaiting} webhooks waited for the receiver`;
    const trimmed = await outbox.trim(maxWaiting, reason);
    if (trimmed > 0) log.error({ webhooks: trimmed, reason }, 'Webhooks were given up');
    await outbox.unblock();
  }

  async function readDisabled() {
    receivers.setDisabled(await outbox.disabled());
  }

  async function work() {
    if (receivers.isEmpty) return;
    await readDisabled();
    await inSteps(() => outbox.addExpired(ROWS_PER_STEP));
    if (rounds % ROUNDS_PER_CLEANING === 0) await clean();
    rounds += 1;
  }

  function begin() {
    round = round.then(work).then(
      () => void (failing = false),
      (error: unknown) => {
        if (!failing) log.warn({ err: error }, 'The webhooks cannot be cared for at the moment');
        failing = true;
      },
    );
  }

  return {
    start() {
      begin();
      timer = setInterval(begin, intervalMs).unref();
    },
    readDisabled,
    async close() {
      closing.abort();
      clearInterval(timer);
      await round;
    },
  };
}
