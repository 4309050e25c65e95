import { GatewayError } from '../common/errors.ts';
import { createSlots, type Slots } from '../common/slots.ts';
import type { Principal } from './principal.ts';

/** Shares what may be asked of the provider at a time among those who ask. */
export interface QueryLimit {
  /**
   * Runs `query` in one of the caller's places, for which it waits.
   * @throws `RATE_LIMITED` with `retryAfterMs` where too many of the caller's wait already or it waited too long.
   */
  run<Result>(
    principal: Principal,
    signal: AbortSignal | undefined,
    query: () => Promise<Result>,
  ): Promise<Result>;
}

/** Half of what the provider is asked for all clients together: one alone never has it all. */
const AT_ONCE = 32;
/** A page of photos with all their addresses, many times over. */
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
