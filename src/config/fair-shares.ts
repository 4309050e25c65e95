import type { Settings } from './settings.ts';

/** Of connections a tenth of what all may have, and of requests what no office behind one address asks for. */
const OF_ADDRESS = { requests: 6000, connections: 1000 };

/** As much as the backend of a busy site may need that has one key for all of its visitors. */
const OF_CLIENT = { requests: 3000, uploads: 32, subscriptions: 1000 };

const UNLIMITED = { requests: null, connections: null, uploads: null, subscriptions: null };

/** Whether senders can be told apart. */
export interface Senders {
  /** By their addresses. */
  readonly addressesDiffer: boolean;
  /** By who they are, or else by their addresses. */
  readonly clientsDiffer: boolean;
}

/**
 * How much of everything one client and one address may have; null for no limit. A default holds only where
 * it is not one limit for everybody together.
 */
export function fairShares(settings: Settings, { addressesDiffer, clientsDiffer }: Senders) {
  const ofAddress = addressesDiffer ? OF_ADDRESS : UNLIMITED;
  const ofClient = clientsDiffer ? OF_CLIENT : UNLIMITED;
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
