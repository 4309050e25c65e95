import type { LookupFunction } from 'node:net';
import type { Log } from '../common/log.ts';
import type { Outbox } from '../photos/store/outbox/outbox.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createAttempt, type AttemptOptions } from './attempt.ts';
import { createDeliver } from './deliver.ts';
import { createDispatcher } from './dispatcher.ts';
import { createOutboxCare } from './outbox-care.ts';
import { runOperatorCommand, type OperatorCommand } from './operator-commands.ts';
import { openOperatorSocket } from './operator-socket.ts';
import { createPostClient } from './post-client.ts';
import type { Receivers } from './receivers.ts';
import { createThrottle } from './throttle.ts';

/** Sends webhooks until it is closed. */
export interface Webhooks {
  /** What waits to be sent, of a fleet in all. */
  state(): Promise<WebhooksState>;
  close(): Promise<void>;
}

export interface WebhooksState {
  readonly waiting: number;
  /** The age of the oldest event that waits, in milliseconds; null if none does. */
  readonly oldestMs: number | null;
}

export interface WebhooksOptions {
  readonly outbox: Outbox;
  readonly receivers: Receivers;
  /** Where commands of the operator are taken; null where the store can be opened beside the gateway. */
  readonly socketPath: string | null;
  /** Hosts that may be on a private network, and may be called over http. */
  readonly privateHosts: readonly string[];
  /** Longest time for one attempt, in milliseconds. */
  readonly timeoutMs: number;
  readonly downloadUrlOf: AttemptOptions['downloadUrlOf'];
  /** The pauses between attempts, in milliseconds. @default those of the specification */
  readonly retryDelaysMs?: readonly number[];
  /** The first pause of a receiver that fails, in milliseconds. @default 1000 */
  readonly firstPauseMs?: number;
  /** How often the outbox is looked into at least, in milliseconds. @default 5000 */
  readonly intervalMs?: number;
  /** Longest wait on close for attempts that run, in milliseconds. @default 2000 */
  readonly closeTimeoutMs?: number;
  /** Deliveries that may wait for one receiver. @default 100_000 */
  readonly maxWaiting?: number;
  readonly telemetry?: Telemetry;
  readonly log: Log;
  /** Resolves host names. @default the system's resolver */
  readonly lookup?: LookupFunction;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

const PER_RECEIVER = 4;
const MAX_RUNNING = 256;
const LONGEST_PAUSE_MS = 60_000;

/** Begins with what an earlier process left. */
export async function startWebhooks(options: WebhooksOptions): Promise<Webhooks> {
  const { outbox, receivers, log, now = Date.now, telemetry = noTelemetry } = options;
  const { firstPauseMs = 1000, intervalMs = 5000 } = options;
  const client = createPostClient({ ...options, connections: PER_RECEIVER });
  const throttle = createThrottle({
    perReceiver: PER_RECEIVER,
    firstPauseMs,
    longestPauseMs: LONGEST_PAUSE_MS,
  });
  const care = createOutboxCare({
    ...options,
    intervalMs,
    maxWaiting: options.maxWaiting ?? 100_000,
  });
  const deliver = createDeliver({
    ...options,
    telemetry,
    attempt: createAttempt({ ...options, client, now }),
    onDisabled: () => care.readDisabled(),
  });
  const dispatcher = createDispatcher({
    outbox,
    receivers,
    throttle,
    deliver,
    maxRunning: MAX_RUNNING,
    intervalMs,
    closeTimeoutMs: options.closeTimeoutMs ?? 2000,
    log,
  });

  async function run(command: OperatorCommand) {
    const result = await runOperatorCommand(outbox, command);
    await care.readDisabled();
    dispatcher.wake();
    return result;
  }

  async function close() {
    receivers.follow(null);
    await socket?.[Symbol.asyncDispose]();
    await care.close();
    await dispatcher.close();
    await client.close();
  }

  await care.readDisabled();
  const { socketPath: path } = options;
  const socket = path === null ? null : await openOperatorSocket({ path, run, log });
  // The transaction that added deliveries goes on first.
  receivers.follow(() => void setImmediate(dispatcher.wake));
  care.start();
  dispatcher.wake();
  return { state: () => outbox.backlog(), close };
}
