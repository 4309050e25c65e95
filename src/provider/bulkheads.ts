import { GatewayError } from '../common/errors.ts';
import { createSlots } from '../common/slots.ts';
import type { ObserveFailures } from './observe-failures.ts';
import { createSafeCall, type SafeCall, type SafeCallOptions } from './safe-calls.ts';

/**
 * Concurrency limit for each kind of call: what clients ask about photos, what the gateway asks about
 * uploaded ones, and the quota. A provider that does not answer one kind does not hold up the others.
 */
const BULKHEADS = { clients: 64, photos: 64, quota: 8 } as const;
const PROBES = 1;
/** Calls that wait in one bulkhead. One client may have at most half of them. */
const MAX_WAITING_CALLS = 2048;

/** The most calls about uploaded photos that run at once. */
export const MAX_PHOTO_CALLS = BULKHEADS.photos;

/** The most safe calls that there can be at once, with the probe of the circuit. */
export const MAX_SAFE_CALLS = BULKHEADS.clients + BULKHEADS.photos + BULKHEADS.quota + PROBES;

export interface BulkheadsOptions extends Omit<SafeCallOptions, 'slots'> {
  readonly observeFailures: ObserveFailures;
}

/** Creates the bulkheads. A call in one waits its turn, for at most half of its time. */
export function createBulkheads(
  options: BulkheadsOptions,
): Readonly<Record<keyof typeof BULKHEADS, SafeCall>> {
  function open(count: number): SafeCall {
    const slots = createSlots({
      count,
      maxWaiting: MAX_WAITING_CALLS,
      maxWaitMs: options.timeoutMs / 2,
      full: tooManyCalls,
    });
    const call = createSafeCall({ ...options, slots });
    return (endpoint, fields, signal, holder) =>
      options.observeFailures(endpoint, () => call(endpoint, fields, signal, holder));
  }

  return {
    clients: open(BULKHEADS.clients),
    photos: open(BULKHEADS.photos),
    quota: open(BULKHEADS.quota),
  };
}

function tooManyCalls() {
  return new GatewayError(
    'RATE_LIMITED',
    'Too many requests wait for the provider: try again in a moment.',
    { retryAfterMs: 1000 },
  );
}
