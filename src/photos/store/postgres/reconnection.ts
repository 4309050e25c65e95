import { StoreUnavailableError } from '../store-unavailable-error.ts';

/** The first pause after a connection that failed, and the longest, in milliseconds. Each doubles. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/**
 * Pauses between attempts to connect to a database that is away. What is asked in a pause fails at once: it
 * would wait for the same timeout, in a long queue.
 */
export interface Reconnection {
  /**
   * @throws StoreUnavailableError in a pause; what `connect` throws, which begins one unless `isBusy` says
   * that nothing was tried.
   */
  attempt<Connection>(connect: () => Promise<Connection>): Promise<Connection>;
}

/** @param isBusy tells an error for connections that are all in use from one for a database that is away. */
export function createReconnection(isBusy: (error: unknown) => boolean): Reconnection {
  let pauseMs = FIRST_PAUSE_MS;
  let last: { readonly error: unknown; readonly untilMs: number } | null = null;

  async function attempt<Connection>(connect: () => Promise<Connection>): Promise<Connection> {
    if (last !== null && performance.now() < last.untilMs) {
      throw new StoreUnavailableError('The database was not available a moment ago', {
        cause: last.error,
      });
    }
    try {
      const connection = await connect();
      last = null;
      pauseMs = FIRST_PAUSE_MS;
      return connection;
    } catch (error) {
      if (isBusy(error)) throw error;
      // Many fail at the same time. The pause grows once for all of them.
      if (last === null || performance.now() >= last.untilMs) {
        last = { error, untilMs: performance.now() + pauseMs };
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
      throw error;
    }
  }

  return { attempt };
}
