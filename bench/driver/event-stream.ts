import { connect } from 'node:net';
import { nowMs } from '../measure/clock.ts';
import { queryBytes } from './requests.ts';
import type { Subscribers, SubscriptionOptions } from './subscriber.ts';

/**
 * Subscribes over server-sent events, each subscription on a connection of its own. The head of the
 * response proves that it waits.
 */
export function subscribeOverEvents(options: SubscriptionOptions): Subscribers {
  const streams = options.ids.map((id) => openStream(options, id));
  const subscribed = Promise.all(streams.map((stream) => stream.opened)).then(() => undefined);
  // A failure is told by `onError` too, whether anybody awaits this or not.
  subscribed.catch(() => undefined);
  return {
    subscribed,
    [Symbol.dispose]() {
      for (const stream of streams) stream.close();
    },
  };
}

function openStream({ endpoint, query, onEvent, onError }: SubscriptionOptions, id: string) {
  const opened = Promise.withResolvers<void>();
  let ended = false;
  let text = '';
  const socket = connect({ host: endpoint.hostname, port: Number(endpoint.port), noDelay: true });

  function end() {
    ended = true;
    socket.destroy();
  }
  function fail(error: Error) {
    opened.reject(error);
    if (!ended) onError(error);
    end();
  }
  socket.on('connect', () =>
    socket.write(queryBytes(endpoint, { query, variables: { id } }, 'text/event-stream')),
  );
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The server closed the event stream')));
  socket.on('data', (chunk) => {
    const atMs = nowMs();
    text += chunk.toString('latin1');
    if (text.includes('\r\n\r\n')) opened.resolve();
    const data = /data: ?(\{.*\})/.exec(text)?.[1];
    if (data === undefined) return;
    if (!data.includes('"data"') || data.includes('"errors"')) return fail(new Error(data));
    // One event is all that a photo has.
    end();
    return onEvent(id, atMs);
  });
  return { opened: opened.promise, close: end };
}
