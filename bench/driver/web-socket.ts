import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { nowMs } from '../measure/clock.ts';
import { PREFLIGHT } from './requests.ts';
import type { Subscribers, SubscriptionOptions } from './subscriber.ts';

const message = z.object({
  type: z.string(),
  id: z.string().optional(),
  payload: z.unknown().optional(),
});

const PROOF = 'proof';

/** Subscribes over one WebSocket with the protocol `graphql-transport-ws`, once for each id. */
export function subscribeOverWebSocket(options: SubscriptionOptions): Subscribers {
  const { endpoint, ids, query, proofId, onEvent, onError } = options;
  const socket = new WebSocket(
    `ws://${endpoint.host}${endpoint.pathname}`,
    'graphql-transport-ws',
    { perMessageDeflate: false, headers: PREFLIGHT },
  );
  const acknowledged = Promise.withResolvers<void>();
  const proved = Promise.withResolvers<void>();
  let disposed = false;

  function fail(error: Error) {
    acknowledged.reject(error);
    if (!disposed) onError(error);
  }
  socket.on('error', fail);
  socket.on('close', (code) => fail(new Error(`The server closed the WebSocket with ${code}`)));
  socket.on('message', (data) => {
    const atMs = nowMs();
    const said = message.parse(JSON.parse(Buffer.isBuffer(data) ? data.toString() : ''));
    if (said.type === 'connection_ack') acknowledged.resolve();
    if (said.type === 'ping') socket.send('{"type":"pong"}');
    if (said.type === 'error') fail(new Error(JSON.stringify(said.payload)));
    if (said.type !== 'next') return;
    const text = JSON.stringify(said.payload);
    if (text.includes('"errors"')) fail(new Error(text));
    else if (said.id === PROOF) proved.resolve();
    else onEvent(ids[Number(said.id)] ?? '', atMs);
  });

  async function subscribe() {
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await acknowledged.promise;
    for (const [index, id] of ids.entries()) send(String(index), id);
    if (proofId === undefined) {
      // Its answer comes after the server has read what was sent before.
      socket.ping();
      await once(socket, 'pong');
    } else {
      send(PROOF, proofId);
      await proved.promise;
    }
  }
  function send(operation: string, id: string) {
    const payload = { query, variables: { id } };
    socket.send(JSON.stringify({ type: 'subscribe', id: operation, payload }));
  }

  const subscribed = subscribe();
  subscribed.catch(fail);
  // A failure is told by `onError`, whether anybody awaits this or not.
  acknowledged.promise.catch(() => undefined);
  return {
    subscribed,
    [Symbol.dispose]() {
      disposed = true;
      socket.terminate();
    },
  };
}
