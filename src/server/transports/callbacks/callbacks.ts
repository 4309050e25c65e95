import type { ExecutionResult } from 'graphql';
import { createConcurrencyLimiter } from '../../../common/concurrency-limiter.ts';
import { GatewayError } from '../../../common/errors.ts';
import type { Log } from '../../../common/log.ts';
import { TooMany } from '../../admission/traffic/too-many.ts';
import { createCallbackCalls } from './callback-calls.ts';
import { startDelivery, type CallbackDelivery } from './callback-delivery.ts';
import { createReadTarget, type CallbackTarget, type ReadTarget } from './callback-target.ts';

/** Subscriptions whose results are sent to a router by calls, so that they hold no connection here. */
export interface Callbacks {
  readonly readTarget: ReadTarget;
  /**
   * Asks the router to confirm the subscription, and sends it the results from then on.
   * @throws GatewayError if there are too many, or the router does not confirm it; the results are ended then.
   */
  open(target: CallbackTarget, results: AsyncIterator<ExecutionResult>): Promise<void>;
  /** Takes no more. Resolves when all that are open have ended, and their routers know it. */
  close(): Promise<void>;
  /** Ends all that are open without another word to their routers. */
  terminate(): void;
}

export interface CallbacksOptions {
  /** The addresses below which the gateway may call. */
  readonly urls: readonly URL[];
  /** The most subscriptions at one time. */
  readonly maxSubscriptions: number;
  /** The shortest heartbeat interval that a router may ask for, in milliseconds. @default 1000 */
  readonly minHeartbeatMs?: number;
  /** The longest time for one call, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /** Connections to one router at one time. @default 32 */
  readonly connections?: number;
  readonly log: Pick<Log, 'warn'>;
}

const ALL = 'all';
/** When to try again. Nobody knows when a subscription will end. */
const RETRY_AFTER_MS = 5000;

/** The subgraph's part of Apollo's HTTP callback protocol. */
export function createCallbacks(options: CallbacksOptions): Callbacks {
  const { urls, maxSubscriptions, minHeartbeatMs = 1000, log } = options;
  const { timeoutMs = 5000, connections = 32 } = options;
  const places = createConcurrencyLimiter(maxSubscriptions);
  const calls = createCallbackCalls({ timeoutMs, connections });
  const deliveries = new Set<CallbackDelivery>();
  const ending = new AbortController();
  let isClosing = false;

  async function confirm(target: CallbackTarget): Promise<void> {
    if (isClosing) throw restarting();
    const reply = await calls.send(target, { action: 'check' });
    if (isClosing) throw restarting();
    if (reply !== 'taken') throw unconfirmed();
  }

  async function open(target: CallbackTarget, results: AsyncIterator<ExecutionResult>) {
    await using held = new AsyncDisposableStack();
    held.defer(async () => void (await results.return?.()));
    const place = places.take(ALL);
    if (place === null) throw tooMany();
    held.use(place);
    await confirm(target);
    held.move();
    const delivery = startDelivery({
      target,
      results,
      calls,
      signal: ending.signal,
      onLost: (reply) => log.warn({ router: target.origin, reply }, LOST),
    });
    deliveries.add(delivery);
    void delivery.ended.finally(() => {
      deliveries.delete(delivery);
      place[Symbol.dispose]();
    });
  }

  return {
    readTarget: createReadTarget({ urls, minHeartbeatMs }),
    open,
    async close() {
      isClosing = true;
      await Promise.all([...deliveries].map(({ ended }) => ended));
      await calls.close();
    },
    terminate() {
      ending.abort();
      for (const delivery of deliveries) delivery.end();
    },
  };
}

const LOST = 'A router does not take the results of a subscription: it was ended';

function unconfirmed() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'The callbackUrl did not confirm the subscription: it must answer the message "check" with 204.',
  );
}

function tooMany() {
  return new TooMany(
    'The gateway has as many subscriptions by callback as it may have',
    RETRY_AFTER_MS,
  );
}

function restarting() {
  return new GatewayError('GATEWAY_RESTARTING', 'The gateway is being restarted: subscribe again.');
}
