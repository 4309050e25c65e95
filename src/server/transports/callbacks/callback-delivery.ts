import { ExponentialBackoff, handleWhenResult, retry } from 'cockatiel';
import type { ExecutionResult } from 'graphql';
import type { CallbackCalls, CallbackMessage, Reply } from './callback-calls.ts';
import type { CallbackTarget } from './callback-target.ts';

export interface CallbackDeliveryOptions {
  readonly target: CallbackTarget;
  readonly results: AsyncIterator<ExecutionResult>;
  readonly calls: Pick<CallbackCalls, 'send'>;
  /** Ends all waiting between two attempts. */
  readonly signal: AbortSignal;
  /** Called once if the router does not take what it asked for. */
  readonly onLost: (reply: Reply) => void;
}

/** How often a result is sent that is not taken. */
const MAX_RETRIES = 4;
/** How many heartbeats in a row may fail. */
const MAX_MISSED_BEATS = 3;
/** A router ends a subscription without a sign of life for a whole interval. */
const BEAT_SHARE = 2 / 3;

const untilTaken = retry(
  handleWhenResult((reply) => reply === 'failed'),
  {
    maxAttempts: MAX_RETRIES,
    backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 2000 }),
  },
);

/** The delivery of the results of one subscription to its router. */
export interface CallbackDelivery {
  /** Resolves when nothing is left to send. Never rejects. */
  readonly ended: Promise<void>;
  /** Ends it without another word to the router. */
  end(): void;
}

/**
 * Begins to send results, with signs of life between them. It ends with the results, or once the router does
 * not want them any more or cannot be reached; then it ends the results.
 */
export function startDelivery(options: CallbackDeliveryOptions): CallbackDelivery {
  const { target, results, calls, signal, onLost } = options;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let missedBeats = 0;
  let hasEnded = false;

  function finish() {
    hasEnded = true;
    clearTimeout(timer);
    resolve();
  }

  function end() {
    if (hasEnded) return;
    finish();
    // The results may fail here, but nobody reads them any more.
    results.return?.().catch(() => undefined);
  }

  function abandon(reply: Reply) {
    if (!hasEnded && reply !== 'gone') onLost(reply);
    end();
  }

  /** Whether the router has taken the message. If not, all has ended. */
  async function send(message: CallbackMessage): Promise<boolean> {
    const attempt = () => (hasEnded ? 'gone' : calls.send(target, message));
    const reply = await untilTaken.execute(attempt, signal).catch((): Reply => 'failed');
    if (reply !== 'taken') abandon(reply);
    return reply === 'taken';
  }

  async function sendResults() {
    let next = await results.next();
    while (next.done !== true) {
      const { value } = next;
      // Without data the stream itself has failed, and ends.
      if (value.data === undefined) return sendEnd(value);
      if (!(await send({ action: 'next', payload: value }))) return undefined;
      next = await results.next();
    }
    return sendEnd({});
  }

  async function sendEnd({ errors }: ExecutionResult) {
    if (await send({ action: 'complete', ...(errors && { errors }) })) end();
  }

  async function beat() {
    const reply = await calls.send(target, { action: 'check' });
    missedBeats = reply === 'failed' ? missedBeats + 1 : 0;
    if (hasEnded) return;
    const goesOn = reply === 'taken' || (reply === 'failed' && missedBeats < MAX_MISSED_BEATS);
    if (goesOn) scheduleBeat();
    else abandon(reply);
  }

  function scheduleBeat() {
    const { heartbeatMs } = target;
    if (heartbeatMs !== null) timer = setTimeout(() => void beat(), heartbeatMs * BEAT_SHARE);
  }

  scheduleBeat();
  sendResults().catch(() => abandon('failed'));
  return { ended, end };
}
