import { bounded } from '../common/bounded.ts';
import type { Slots } from '../common/slots.ts';
import { takeResult } from './answer.ts';
import type { Attempt } from './attempt.ts';
import type { Circuit } from './circuit.ts';
import type { Endpoint } from './endpoints.ts';
import type { ExchangeResult } from './exchange.ts';
import { withRetries, type RetryOptions } from './retry.ts';
import { noAnswerInTime } from './transport-error.ts';

type Fields = Readonly<Record<string, string>>;

/**
 * Makes a call that costs nothing and may be repeated: any but the upload. Returns its result, however
 * many attempts it takes within the deadline.
 */
export type SafeCall = <Result>(
  endpoint: Endpoint<Result>,
  fields: Fields,
  signal: AbortSignal,
  /** The holder whose turn it takes; see `Slots.take`. */
  holder?: string,
) => Promise<Result>;

export interface SafeCallOptions {
  readonly attempt: Attempt;
  readonly circuit: Circuit;
  /** Fewer than there are connections, so that an attempt spends no time waiting for one. */
  readonly slots: Slots;
  readonly retry: RetryOptions;
  /** Time limit of one call in total, with its retries and the pauses between. */
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

/** Repeats an attempt once if it was rejected only because of our clock, which is corrected by now. */
async function withClockSet(attempt: () => Promise<ExchangeResult>): Promise<ExchangeResult> {
  const result = await attempt();
  return result.clockCorrected ? attempt() : result;
}
