import { once } from 'node:events';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { Credentials } from './access-transports.ts';

/** A running subscription. */
export interface RunningStream {
  /** All data until its end, and how a WebSocket was closed. */
  readonly ended: Promise<string>;
  readonly hasEnded: boolean;
}

type Open = (endpoint: string, credentials: Credentials, photoId: string) => Promise<RunningStream>;

const query = 'subscription ($id: ID!) { photoReady(id: $id) { id } }';

function running(ended: Promise<string>): RunningStream {
  let hasEnded = false;
  ended.then(
    () => (hasEnded = true),
    () => (hasEnded = true),
  );
  return {
    ended,
    get hasEnded() {
      return hasEnded;
    },
  };
}

/** Both transports of subscriptions, without a client that would hide how a stream ends. */
export const streams: Readonly<Record<'server-sent events' | 'WebSocket', Open>> = {
  async 'server-sent events'(endpoint, credentials, id) {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...credentials,
      },
      body: JSON.stringify({ query, variables: { id } }),
    });
    return running(response.text());
  },
  async WebSocket(endpoint, credentials, id) {
    const socket = new WebSocket(endpoint.replace('http', 'ws'), 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: credentials }));
    await once(socket, 'message');
    const payload = { query, variables: { id } };
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    return running(readMessages(socket));
  },
};

/** All messages, and the close code. */
async function readMessages(socket: WebSocket): Promise<string> {
  const messages: string[] = [];
  socket.on('message', (data: Buffer) => {
    const message = data.toString();
    messages.push(message);
    if (/"type":"(complete|error)"/.test(message)) socket.close();
  });
  const [code] = await once(socket, 'close');
  return [...messages, code].join('\n');
}

/** The end of a stream whose client is no longer accepted. */
export const endedByAccess = {
  'server-sent events': expect.stringMatching(
    /\nevent: next\ndata: \{"errors":\[\{"message":"[^"]+","extensions":\{"code":"UNAUTHENTICATED","retryable":false\}\}\]\}\n\nevent: complete\n/,
  ),
  WebSocket: '4403',
};
