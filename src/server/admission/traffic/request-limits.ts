import type { IncomingMessage } from 'node:http';
import type { Authenticator } from '../authenticator.ts';
import type { Addresses } from './addresses.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import { TooMany } from './too-many.ts';

/** How often clients may ask. Each counts once more, and resolves with null or with why it is too often. */
export interface RequestLimits extends Disposable {
  /** A request of any kind, by its address; with room to spare, since a page asks for dozens of pictures. */
  request(request: IncomingMessage): Promise<TooMany | null>;
  /** One that asks for an operation, by its address. It need not have been let in. */
  operationOfAddress(request: IncomingMessage): Promise<TooMany | null>;
  /** An operation, by the client who was let in. */
  operationOfClient(request: IncomingMessage): Promise<TooMany | null>;
}

export interface RequestLimitsOptions {
  readonly addresses: Pick<Addresses, 'of'>;
  readonly authenticator: Pick<Authenticator, 'rateLimitKeyOf'>;
  /** Operations in a window; null for no limit. */
  readonly perClient: number | null;
  /** Operations in a window, and a tenth of all requests; null for no limit. */
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
