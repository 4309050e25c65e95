import { bounded } from '../bounded.ts';
import type { Circuit } from './circuit.ts';
import type { Endpoint } from './endpoints.ts';
import type { Exchange, ExchangeResult } from './exchange.ts';
import type { ObserveCall } from './observe-call.ts';
import { withRetries, type RetryOptions } from './retry.ts';
import { takeResult } from './take-result.ts';
import { noAnswerInTime } from './transport-error.ts';

type Fields = Readonly<Record<string, string>>;

/** Calls that cost nothing and may be repeated: all but the upload. */
export interface SafeCalls {
  /** The result of one call, however many attempts it takes within its deadline. */
  call<Result>(endpoint: Endpoint<Result>, fields: Fields, signal: AbortSignal): Promise<Result>;
  /** One attempt, whose answer is of no interest but that there is one. @throws where there is none. */
  probe(endpoint: Endpoint<unknown>, signal: AbortSignal): Promise<void>;
}

export interface SafeCallsOptions {
  readonly exchange: Exchange;
  readonly circuit: Circuit;
  readonly observeCall: ObserveCall;
  readonly retry: RetryOptions;
  /** One call in all, with its retries and the pauses between. */
  readonly timeoutMs: number;
  readonly attemptTimeoutMs: number;
  /** Ends every call. */
  readonly closing: AbortSignal;
}

export function createSafeCalls(options: SafeCallsOptions): SafeCalls {
  const { exchange, circuit, observeCall, retry, timeoutMs, attemptTimeoutMs, closing } = options;

  function attempt(endpoint: Endpoint<unknown>, fields: Fields, signal: AbortSignal) {
    const bounds = {
      signals: [signal],
      timeoutMs: attemptTimeoutMs,
      timeoutError: noAnswerInTime,
    };
    const once = () =>
      bounded<ExchangeResult>(bounds, (inner) => exchange({ endpoint, fields, signal: inner }));
    return circuit.run(signal, () => observeCall(endpoint, once));
  }

  async function attemptInTime(endpoint: Endpoint<unknown>, fields: Fields, signal: AbortSignal) {
    const result = await attempt(endpoint, fields, signal);
    return result.clockCorrected ? attempt(endpoint, fields, signal) : result;
  }

  async function call<Result>(endpoint: Endpoint<Result>, fields: Fields, signal: AbortSignal) {
    const answer = await bounded<ExchangeResult>(
      { signals: [signal, closing], timeoutMs, timeoutError: noAnswerInTime },
      (inner) => withRetries(retry, timeoutMs, inner, () => attemptInTime(endpoint, fields, inner)),
    );
    return takeResult(endpoint, answer);
  }

  async function probe(endpoint: Endpoint<unknown>, signal: AbortSignal) {
    await attempt(endpoint, {}, signal);
  }

  return { call, probe };
}
