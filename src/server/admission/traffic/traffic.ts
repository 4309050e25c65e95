import type { Log } from '../../../common/log.ts';
import type { Authenticator } from '../authenticator.ts';
import type { Addresses } from './addresses.ts';
import { createConnectionLimit, type ConnectionLimit } from './connection-limit.ts';
import { createConcurrencyLimiter, type ConcurrencyLimiter } from './concurrency-limiter.ts';
import { createRequestLimits, type RequestLimits } from './request-limits.ts';

/** How much of everything one client and one address may have; null for no limit. */
export interface TrafficLimits {
  /** In a window of `windowMs`. */
  readonly requestsPerClient: number | null;
  /** In a window of `windowMs`. */
  readonly requestsPerAddress: number | null;
  readonly subscriptionsPerClient: number | null;
  readonly connectionsPerAddress: number | null;
  /** @default 60_000 */
  readonly windowMs?: number;
}

/** Sees that no client and no address has more than its share. Disposed of, it counts no more. */
export interface Traffic extends Disposable {
  readonly requests: RequestLimits;
  readonly connections: ConnectionLimit;
  readonly subscriptions: ConcurrencyLimiter;
}

export interface TrafficOptions {
  readonly addresses: Addresses;
  readonly authenticator: Pick<Authenticator, 'rateLimitKeyOf'>;
  readonly limits: TrafficLimits;
  readonly log: Pick<Log, 'warn'>;
}

export const UNLIMITED: TrafficLimits = {
  requestsPerClient: null,
  requestsPerAddress: null,
  subscriptionsPerClient: null,
  connectionsPerAddress: null,
};

export function createTraffic({ addresses, authenticator, limits, log }: TrafficOptions): Traffic {
  const requests = createRequestLimits({
    addresses,
    authenticator,
    perClient: limits.requestsPerClient,
    perAddress: limits.requestsPerAddress,
    windowMs: limits.windowMs ?? 60_000,
  });
  return {
    requests,
    connections: createConnectionLimit({
      addresses,
      perAddress: limits.connectionsPerAddress,
      log,
    }),
    subscriptions: createConcurrencyLimiter(limits.subscriptionsPerClient),
    [Symbol.dispose]: () => requests[Symbol.dispose](),
  };
}
