import type { Settings } from './settings.ts';

/** Connections: a tenth of the limit for all. Requests: more than an office behind one address sends in a minute. */
const ADDRESS_DEFAULTS = { requests: 6000, connections: 1000 };

/** Enough for the backend of a busy site that uses one key for all of its visitors. */
const CLIENT_DEFAULTS = { requests: 3000, uploads: 32, subscriptions: 1000 };

const UNLIMITED = { requests: null, connections: null, uploads: null, subscriptions: null };

/** Whether clients can be told apart. */
export interface Senders {
  /** Requests of different clients can have different addresses. */
  readonly addressesDiffer: boolean;
  /** Clients can be told apart by authentication, or else by address. */
  readonly clientsDiffer: boolean;
}

/**
 * The limits for each client and each address; null for no limit. A default limit is used only if it does not
 * become one limit for all clients together.
 */
export function holderLimits(settings: Settings, { addressesDiffer, clientsDiffer }: Senders) {
  const ofAddress = addressesDiffer ? ADDRESS_DEFAULTS : UNLIMITED;
  const ofClient = clientsDiffer ? CLIENT_DEFAULTS : UNLIMITED;
  return Object.freeze({
    uploadsPerClient: settings.MAX_CONCURRENT_UPLOADS_PER_CLIENT ?? ofClient.uploads,
    traffic: Object.freeze({
      requestsPerClient: settings.REQUESTS_PER_MINUTE_PER_CLIENT ?? ofClient.requests,
      requestsPerAddress: settings.REQUESTS_PER_MINUTE_PER_ADDRESS ?? ofAddress.requests,
      subscriptionsPerClient: settings.MAX_SUBSCRIPTIONS_PER_CLIENT ?? ofClient.subscriptions,
      connectionsPerAddress: settings.MAX_CONNECTIONS_PER_ADDRESS ?? ofAddress.connections,
    }),
  });
}
