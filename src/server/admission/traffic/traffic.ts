import {
  createConcurrencyLimiter,
  type ConcurrencyLimiter,
} from '../../../common/concurrency-limiter.ts';
import type { Log } from '../../../common/log.ts';
import type { Addresses } from './addresses.ts';
import { createConnectionLimit, type ConnectionLimit } from './connection-limit.ts';
import { createRequestLimits, type RequestLimits } from './request-limits.ts';

/** The limits for each client and each address; null for no limit. */
export interface TrafficLimits {
  /** Per window of `windowMs`. */
  readonly requestsPerClient: number | null;
  /** Per window of `windowMs`. */
  readonly requestsPerAddress: number | null;
  readonly subscriptionsPerClient: number | null;
  readonly connectionsPerAddress: number | null;
  /** @default 60_000 */
  readonly windowMs?: number;
}

/** Enforces the limits for each client and each address. Disposing it ends all counting. */
export interface Traffic extends Disposable {
  readonly requests: RequestLimits;
  readonly connections: ConnectionLimit;
  readonly subscriptions: ConcurrencyLimiter;
}

export interface TrafficOptions {
  readonly addresses: Addresses;
  readonly limits: TrafficLimits;
  /**
   * How many gateways share the limits per window at this moment. What is open at one time is counted by each
   * gateway alone. @default 1
   */
  readonly livingNodes?: (() => number) | undefined;
  readonly log: Pick<Log, 'warn'>;
}

export const UNLIMITED: TrafficLimits = {
  requestsPerClient: null,
  requestsPerAddress: null,
  subscriptionsPerClient: null,
  connectionsPerAddress: null,
};

export function createTraffic({ addresses, limits, livingNodes, log }: TrafficOptions): Traffic {
  const requests = createRequestLimits({
    perClient: limits.requestsPerClient,
    perAddress: limits.requestsPerAddress,
    windowMs: limits.windowMs ?? 60_000,
    livingNodes,
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
