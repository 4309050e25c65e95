import type { IncomingMessage } from 'node:http';
import type { Authenticator } from '../authenticator.ts';
import type { Addresses } from './addresses.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import { TooMany } from './too-many.ts';

/**
 * Limits how often clients may send requests. Each method counts one request, and resolves with null or with
 * the rejection.
 */
export interface RequestLimits extends Disposable {
  /**
   * Counts a request of any kind, by address. The limit is generous, because a page loads dozens of pictures.
   */
  request(request: IncomingMessage): Promise<TooMany | null>;
  /** Counts an operation by address, before authentication. */
  operationOfAddress(request: IncomingMessage): Promise<TooMany | null>;
  /** Counts an operation by the rate limit key of its principal, after authentication. */
  operationOfClient(request: IncomingMessage): Promise<TooMany | null>;
}

export interface RequestLimitsOptions {
  readonly addresses: Pick<Addresses, 'of'>;
  readonly authenticator: Pick<Authenticator, 'rateLimitKeyOf'>;
  /** Operations in a window; null for no limit. */
  readonly perClient: number | null;
  /** Operations in a window; ten times as many requests of any kind are allowed. Null for no limit. */
  readonly perAddress: number | null;
  readonly windowMs: number;
}

const REQUESTS_FOR_AN_OPERATION = 10;

export function createRequestLimits(options: RequestLimitsOptions): RequestLimits {
  const { addresses, authenticator, perClient, perAddress, windowMs } = options;
  const perAddressInAll = perAddress && perAddress * REQUESTS_FOR_AN_OPERATION;
  using limits = new DisposableStack();
  const requests = limits.use(createRateLimit({ limit: perAddressInAll, windowMs }));
  const ofAddresses = limits.use(createRateLimit({ limit: perAddress, windowMs }));
  const ofClients = limits.use(createRateLimit({ limit: perClient, windowMs }));
  const running = limits.move();

  return {
    request: (request) => check(requests, addresses.of(request), FROM_ADDRESS),
    operationOfAddress: (request) => check(ofAddresses, addresses.of(request), FROM_ADDRESS),
    operationOfClient: (request) =>
      check(ofClients, authenticator.rateLimitKeyOf(request), FROM_CLIENT),
    [Symbol.dispose]: () => running.dispose(),
  };
}

const FROM_ADDRESS = 'Too many requests come from your address';
const FROM_CLIENT = 'You send too many requests';

async function check(limit: RateLimit, key: string, what: string): Promise<TooMany | null> {
  const retryAfterMs = await limit.take(key);
  return retryAfterMs === 0 ? null : new TooMany(what, retryAfterMs);
}
