import { UnusableAnswer } from './answer.ts';
import { quotaEndpoint, statusEndpoint, type Endpoint } from './endpoints.ts';
import type { Exchange, ExchangeResult } from './exchange.ts';
import type { ObserveCall } from './observe-call.ts';
import { isUnreachable } from './transport-error.ts';

/** Sends a free call once, within the time limit of one attempt. */
export type Attempt = (
  endpoint: Endpoint<unknown>,
  fields: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<ExchangeResult>;

export interface AttemptOptions {
  readonly exchange: Exchange;
  readonly observeCall: ObserveCall;
  readonly timeoutMs: number;
}

export function createAttempt({ exchange, observeCall, timeoutMs }: AttemptOptions): Attempt {
  return async function attempt(endpoint, fields, signal) {
    return observeCall(endpoint, () => exchange({ endpoint, fields, signal, timeoutMs }));
  };
}

/**
 * Finds out whether the provider answers at all, with two calls that no client can influence. If only
 * one of them fails, the provider as a whole works.
 * @throws the error of the last call, if the provider does not answer.
 */
export async function probe(attempt: Attempt, signal: AbortSignal): Promise<void> {
  try {
    await attempt(quotaEndpoint, {}, signal);
  } catch (error) {
    if (!isUnreachable(error)) return;
    if (!(error.cause instanceof UnusableAnswer)) throw error;
    await attempt(statusEndpoint, { mdf: 'probe' }, signal).catch((other: unknown) => {
      if (isUnreachable(other)) throw other;
    });
  }
}
