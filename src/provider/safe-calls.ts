import { bounded } from '../common/bounded.ts';
import type { Slots } from '../common/slots.ts';
import type { Attempt } from './attempt.ts';
import type { Circuit } from './circuit.ts';
import type { Endpoint } from './endpoints.ts';
import type { ExchangeResult } from './exchange.ts';
import { withRetries, type RetryOptions } from './retry.ts';
import { takeResult } from './answer.ts';
import { noAnswerInTime } from './transport-error.ts';

type Fields = Readonly<Record<string, string>>;

/**
 * Calls that cost nothing and may be repeated: all but the upload. Gives the result of one call, however many
 * attempts it takes within its deadline.
 */
export type SafeCall = <Result>(
  endpoint: Endpoint<Result>,
  fields: Fields,
  signal: AbortSignal,
  /** Whose turn it takes; see `Slots.take`. */
  holder?: string,
) => Promise<Result>;

export interface SafeCallOptions {
  readonly attempt: Attempt;
  readonly circuit: Circuit;
  /** Fewer than there are connections, so that an attempt's time is the provider's alone. */
  readonly slots: Slots;
  readonly retry: RetryOptions;
  /** One call in all, with its retries and the pauses between. */
  readonly timeoutMs: number;
  /** Ends every call. */
  readonly closing: AbortSignal;
}

export function createSafeCall(options: SafeCallOptions): SafeCall {
  const { attempt, circuit, slots, retry, timeoutMs, closing } = options;

  return async function call(endpoint, fields, signal, holder) {
    const answer = await bounded<ExchangeResult>(
      { signals: [signal, closing], timeoutMs, timeoutError: noAnswerInTime },
      (inner) => {
        const send = () => circuit.run(inner, () => attempt(endpoint, fields, inner));
        const inTurn = () => slots.run(inner, send, holder);
        return withRetries(retry, timeoutMs, inner, () => withClockSet(inTurn));
      },
    );
    return takeResult(endpoint, answer);
  };
}

/** An attempt that was refused for our clock alone is made once more: that is right by now. */
async function withClockSet(attempt: () => Promise<ExchangeResult>): Promise<ExchangeResult> {
  const result = await attempt();
  return result.clockCorrected ? attempt() : result;
}
