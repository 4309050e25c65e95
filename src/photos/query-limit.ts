import { GatewayError } from '../common/errors.ts';
import { createSlots, type Slots } from '../common/slots.ts';
import type { Principal } from './principal.ts';

/** Concurrency limiter for queries to the provider, shared fairly among principals. */
export interface QueryLimit {
  /**
   * Runs `query` within the principal's concurrency limit, and waits for a free slot.
   * @throws `RATE_LIMITED` with `retryAfterMs` if too many queries of the principal are waiting
   * already, or if it waited too long.
   */
  run<Result>(
    principal: Principal,
    signal: AbortSignal | undefined,
    query: () => Promise<Result>,
  ): Promise<Result>;
}

/**
 * Half of the limit for all clients' requests to the provider together, so that one client never
 * takes all of it.
 */
const AT_ONCE = 32;
/** Room for a page of photos with all their addresses, many times over. */
const MAX_WAITING = 1000;
const MAX_WAIT_MS = 5000;
const RETRY_AFTER_MS = 1000;

export function createQueryLimit(): QueryLimit {
  const limits = new Map<string, Slots>();

  function slotsOf(holder: string): Slots {
    const known = limits.get(holder);
    if (known !== undefined) return known;
    const slots = createSlots({
      count: AT_ONCE,
      maxWaiting: MAX_WAITING,
      maxWaitMs: MAX_WAIT_MS,
      full: tooManyQueries,
    });
    limits.set(holder, slots);
    return slots;
  }

  return {
    async run({ client, rateLimitKey: holder = client }, signal, query) {
      const slots = slotsOf(holder);
      try {
        return await slots.run(signal, query);
      } finally {
        if (slots.idle) limits.delete(holder);
      }
    },
  };
}

function tooManyQueries() {
  return new GatewayError(
    'RATE_LIMITED',
    'Too many of your questions about photos wait for the provider: ask again in a moment.',
    { retryAfterMs: RETRY_AFTER_MS },
  );
}
