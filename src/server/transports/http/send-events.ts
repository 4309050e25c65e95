import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { eventOf, FIRST_COMMENT, LAST_EVENT } from './answer.ts';

/** Sends results as server-sent events, after the head of the response. It ends them if the client leaves. */
export type SendEvents = (res: ServerResponse, results: AsyncIterable<ExecutionResult>) => void;

export interface SendEventsOptions {
  /** The time between two comments that keep the connection alive. */
  readonly pingIntervalMs: number;
}

export function createSendEvents({ pingIntervalMs }: SendEventsOptions): SendEvents {
  function keepAlive(res: ServerResponse): NodeJS.Timeout {
    return setInterval(() => {
      if (!res.writableNeedDrain) res.write(FIRST_COMMENT);
    }, pingIntervalMs);
  }

  return (res, source) => {
    res.socket?.setKeepAlive(true);
    const alive = keepAlive(res);
    const results = source[Symbol.asyncIterator]();
    res.on('close', () => {
      clearInterval(alive);
      // The results may fail here, but nobody reads them any more.
      results.return?.().catch(() => undefined);
    });
    res.write(FIRST_COMMENT);
    pump(res, results).catch(() => res.destroy());
  };
}

/** Sends no more events than the client reads: the next result is requested once the last one is on its way. */
async function pump(res: ServerResponse, results: AsyncIterator<ExecutionResult>) {
  let next = await results.next();
  while (next.done !== true && !res.destroyed) {
    if (!res.write(eventOf(next.value))) await drained(res);
    next = await results.next();
  }
  if (!res.destroyed) res.end(LAST_EVENT);
}

/** Resolves when the client has read what was sent, or has left. */
async function drained(res: ServerResponse): Promise<void> {
  const leaving = new AbortController();
  const { signal } = leaving;
  await Promise.race([once(res, 'drain', { signal }), once(res, 'close', { signal })]);
  leaving.abort();
}
