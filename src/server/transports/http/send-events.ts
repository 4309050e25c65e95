import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { EventsAnswer } from './answer.ts';
import type { Framing, HeartbeatIntervals } from './framings.ts';

/** Sends results, after the head of the response. It ends them if the client leaves. */
export type SendEvents = (
  res: ServerResponse,
  answer: Pick<EventsAnswer, 'results' | 'framing'>,
) => void;

export function createSendEvents(intervals: HeartbeatIntervals): SendEvents {
  return (res, { results: source, framing }) => {
    res.socket?.setKeepAlive(true);
    const alive = keepAlive(res, framing, intervals);
    const results = source[Symbol.asyncIterator]();
    res.on('close', () => {
      clearInterval(alive ?? undefined);
      // The results may fail here, but nobody reads them any more.
      results.return?.().catch(() => undefined);
    });
    res.write(framing.opening);
    pump(res, results, framing).catch(() => res.destroy());
  };
}

/** Sends signs of life at their interval. Null if the protocol has none. */
function keepAlive(
  res: ServerResponse,
  { heartbeat }: Framing,
  intervals: HeartbeatIntervals,
): NodeJS.Timeout | null {
  if (heartbeat === null) return null;
  const { text, every } = heartbeat;
  return setInterval(() => {
    if (!res.writableNeedDrain) res.write(text);
  }, intervals[every]);
}

/** Sends no more events than the client reads: the next result is requested once the last one is on its way. */
async function pump(
  res: ServerResponse,
  results: AsyncIterator<ExecutionResult>,
  framing: Framing,
) {
  let next = await results.next();
  while (next.done !== true && !res.destroyed) {
    const { value } = next;
    const text = value.data === undefined ? framing.failure(value) : framing.result(value);
    if (!res.write(text)) await drained(res);
    next = await results.next();
  }
  if (!res.destroyed) res.end(framing.ending);
}

/** Resolves when the client has read what was sent, or has left. */
async function drained(res: ServerResponse): Promise<void> {
  const leaving = new AbortController();
  const { signal } = leaving;
  await Promise.race([once(res, 'drain', { signal }), once(res, 'close', { signal })]);
  leaving.abort();
}
