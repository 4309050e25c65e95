import { createRateLimit, type RateLimit } from './rate-limit.ts';
import { TooMany } from './too-many.ts';

/**
 * Limits how often clients may send requests. Each method counts one request, and returns null or the
 * rejection.
 */
export interface RequestLimits extends Disposable {
  /**
   * Counts a request of any kind, by address. The limit is generous, because a page loads dozens of pictures.
   */
  request(address: string): TooMany | null;
  /** Counts an operation by address, before authentication. */
  operationOfAddress(address: string): TooMany | null;
  /** Counts an operation by the rate limit key of its client, after authentication. */
  operationOfClient(rateLimitKey: string): TooMany | null;
}

export interface RequestLimitsOptions {
  /** Operations in a window; null for no limit. */
  readonly perClient: number | null;
  /** Operations in a window; ten times as many requests of any kind are allowed. Null for no limit. */
  readonly perAddress: number | null;
  readonly windowMs: number;
  /** How many gateways share the limits at this moment. @default 1 */
  readonly livingNodes?: (() => number) | undefined;
}

const REQUESTS_FOR_AN_OPERATION = 10;

export function createRequestLimits(options: RequestLimitsOptions): RequestLimits {
  const { perClient, perAddress, windowMs, livingNodes } = options;
  const perAddressInAll = perAddress && perAddress * REQUESTS_FOR_AN_OPERATION;
  const shared = { windowMs, livingNodes };
  using limits = new DisposableStack();
  const requests = limits.use(createRateLimit({ limit: perAddressInAll, ...shared }));
  const ofAddresses = limits.use(createRateLimit({ limit: perAddress, ...shared }));
  const ofClients = limits.use(createRateLimit({ limit: perClient, ...shared }));
  const running = limits.move();

  return {
    request: (address) => check(requests, address, FROM_ADDRESS),
    operationOfAddress: (address) => check(ofAddresses, address, FROM_ADDRESS),
    operationOfClient: (rateLimitKey) => check(ofClients, rateLimitKey, FROM_CLIENT),
    [Symbol.dispose]: () => running.dispose(),
  };
}

const FROM_ADDRESS = 'Too many requests come from your address';
const FROM_CLIENT = 'You send too many requests';

function check(limit: RateLimit, key: string, what: string): TooMany | null {
  const retryAfterMs = limit.take(key);
  return retryAfterMs === 0 ? null : new TooMany(what, retryAfterMs);
}
