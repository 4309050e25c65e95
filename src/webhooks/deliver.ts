import type { Log } from '../common/log.ts';
import { outlastFaults } from '../photos/outlast-faults.ts';
import type { Delivery } from '../photos/store/outbox/delivery.ts';
import type { Outbox, Outcome } from '../photos/store/outbox/outbox.ts';
import type { WebhookOutcome } from '../telemetry/events.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Attempt, AttemptResult } from './attempt.ts';
import { addressHash, type Receiver } from './receivers.ts';
import { retryDelayMs } from './retry-schedule.ts';

/** How the work on a delivery ended. */
export interface DeliveryEnd {
  /** Whether the outbox knows what came of it. If not, this process must not send it again. */
  readonly settled: boolean;
  /** Whether the receiver works; null if that is unknown. */
  readonly succeeded: boolean | null;
  /** How long the receiver asked to wait, in milliseconds. */
  readonly pauseMs: number;
}

/** Attempts a delivery that was taken, and stores what came of it. Never rejects. */
export type Deliver = (
  delivery: Delivery,
  receiver: Receiver,
  signal: AbortSignal,
) => Promise<DeliveryEnd>;

export interface DeliverOptions {
  readonly outbox: Pick<Outbox, 'settle' | 'release' | 'disable'>;
  readonly attempt: Attempt;
  /** Called when a receiver was disabled. */
  readonly onDisabled: () => Promise<void>;
  /** The pauses between attempts. @default those of the specification */
  readonly retryDelaysMs?: readonly number[] | undefined;
  readonly telemetry: Pick<Telemetry, 'tracing' | 'webhookAttempted'>;
  readonly log: Log;
}

const WANTS_NO_MORE = 'The receiver wants no more webhooks (HTTP 410)';

export function createDeliver(options: DeliverOptions): Deliver {
  const { outbox, attempt, onDisabled, telemetry, log } = options;

  async function traced(delivery: Delivery, receiver: Receiver, signal: AbortSignal) {
    const attributes = {
      'photo_gateway.photo_id': delivery.photoId,
      'photo_gateway.webhook': delivery.type,
      'photo_gateway.attempt': delivery.attempts + 1,
    };
    const beganAtMs = performance.now();
    const result = await telemetry.tracing.call('webhook', attributes, () =>
      attempt(delivery, receiver, signal),
    );
    return { result, durationMs: performance.now() - beganAtMs };
  }

  function outcomeOf(delivery: Delivery, result: AttemptResult): Outcome {
    if (result.kind === 'delivered') return { state: 'delivered' };
    if (result.kind === 'gone') return { state: 'failed', reason: WANTS_NO_MORE };
    const { reason, pauseMs } = result;
    const delayMs = retryDelayMs(delivery.attempts + 1, options.retryDelaysMs);
    if (delayMs === null) return { state: 'failed', reason };
    return { state: 'waiting', delayMs: Math.max(delayMs, pauseMs), reason };
  }

  async function deliver(
    delivery: Delivery,
    receiver: Receiver,
    signal: AbortSignal,
  ): Promise<DeliveryEnd> {
    const { result, durationMs } = await traced(delivery, receiver, signal);
    const outcome = outcomeOf(delivery, result);
    telemetry.webhookAttempted({ outcome: OUTCOMES[outcome.state], durationMs });
    report(delivery, receiver, outcome);
    if (result.kind === 'gone') {
      await outlastFaults(() => outbox.disable(receiver.name, addressHash(receiver)), signal);
      await onDisabled();
    }
    await outlastFaults(() => outbox.settle(delivery.id, outcome), signal);
    const pauseMs = result.kind === 'failed' ? result.pauseMs : 0;
    return { settled: true, succeeded: result.kind !== 'failed', pauseMs };
  }

  function report(delivery: Delivery, receiver: Receiver, outcome: Outcome) {
    const { id: webhookId, photoId, type, attempts } = delivery;
    const line = { webhookId, receiver: receiver.name, photoId, type, attempt: attempts + 1 };
    if (outcome.state === 'delivered') return log.debug(line, 'A webhook was delivered');
    const failed = { ...line, reason: outcome.reason };
    if (outcome.state === 'failed') return log.error(failed, 'A webhook was given up');
    return log[attempts === 0 ? 'warn' : 'debug'](
      failed,
      'A webhook failed; it will be tried again',
    );
  }

  async function giveBack({ id }: Delivery): Promise<DeliveryEnd> {
    const settled = await outbox.release(id).then(
      () => true,
      () => false,
    );
    return { settled, succeeded: null, pauseMs: 0 };
  }

  return async function deliverSafely(delivery, receiver, signal) {
    try {
      return await deliver(delivery, receiver, signal);
    } catch (error) {
      if (signal.aborted) return giveBack(delivery);
      const { id: webhookId, photoId } = delivery;
      log.error({ err: error, webhookId, photoId }, 'What came of a webhook cannot be stored');
      return { settled: false, succeeded: null, pauseMs: 0 };
    }
  };
}

const OUTCOMES: Readonly<Record<Outcome['state'], WebhookOutcome>> = {
  delivered: 'delivered',
  waiting: 'retried',
  failed: 'given_up',
};
