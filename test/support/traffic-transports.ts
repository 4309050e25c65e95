import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { FORM_HEADERS } from './multipart-client.ts';
import { QUERY, SUBSCRIPTION, UPLOAD_FORM } from './transport-requests.ts';

/** Headers of one sender: its address as a proxy reports it, and its key. */
export type Sender = Readonly<Record<string, string>>;

/** The response. */
export interface Answer {
  /** Null for an operation over a WebSocket that is open. */
  readonly status: number | null;
  readonly retryAfter: string | null;
  /** The extensions of the first error; null if there is none. */
  readonly failure: Readonly<Record<string, unknown>> | null;
}

type SendAs = (endpoint: string, sender?: Sender) => Promise<Answer>;

/** The header by which a proxy reports its client's address. */
export const from = (address: string): Sender => ({ 'x-forwarded-for': address });

const json = { 'content-type': 'application/json' };
const events = { accept: 'text/event-stream' };
const payload = z.looseObject({
  errors: z.array(z.looseObject({ extensions: z.record(z.string(), z.unknown()) })).optional(),
});

function failureIn(value: unknown): Answer['failure'] {
  return payload.parse(value).errors?.[0]?.extensions ?? null;
}

/** An HTTP request. Its response may be a stream that has ended. */
export async function ask(endpoint: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(endpoint, init);
  const text = await response.text();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const data = isStream ? (/^data: (\{.+)$/m.exec(text)?.[1] ?? '{}') : text;
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, retryAfter, failure: failureIn(JSON.parse(data)) };
}

/** An open WebSocket, or why it was refused. */
export async function openSocket(endpoint: string, headers: Sender = {}) {
  const socket = new WebSocket(endpoint.replace('http', 'ws'), 'graphql-transport-ws', { headers });
  const refused = Promise.withResolvers<IncomingMessage>();
  socket.once('unexpected-response', (_request, response) => refused.resolve(response));
  // For a socket that is cut before it is open.
  socket.on('error', () => undefined);
  const response = await Promise.race([once(socket, 'open'), refused.promise]);
  if (!('statusCode' in response)) return { socket, response: null };
  response.resume();
  socket.terminate();
  return { socket, response };
}

/** A WebSocket that has authenticated by its headers. */
export async function initialise(endpoint: string, headers: Sender = {}): Promise<WebSocket> {
  const { socket } = await openSocket(endpoint, headers);
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  return socket;
}

/** Sends an operation over a WebSocket, and resolves with its first message. */
export async function sendOperation(socket: WebSocket, id: string, text = QUERY): Promise<Answer> {
  const answered = Promise.withResolvers<unknown>();
  function take(data: Buffer) {
    const message = z.looseObject({ id: z.string().optional(), type: z.string() });
    const parsed = message.parse(JSON.parse(data.toString()));
    if (parsed.id !== id) return;
    socket.off('message', take);
    if (parsed.type === 'complete') answered.resolve({});
    else
      answered.resolve(parsed.type === 'error' ? { errors: parsed['payload'] } : parsed['payload']);
  }
  socket.on('message', take);
  socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: text } }));
  return { status: null, retryAfter: null, failure: failureIn(await answered.promise) };
}

type HttpTransport = 'POST' | 'GET' | 'server-sent events' | 'an upload';

/** Every way to send an operation over HTTP. */
export const httpTransports: Readonly<Record<HttpTransport, SendAs>> = {
  POST: (endpoint, sender) =>
    ask(endpoint, {
      method: 'POST',
      headers: { ...json, ...sender },
      body: JSON.stringify({ query: QUERY }),
    }),
  GET: (endpoint, sender = {}) =>
    ask(`${endpoint}?${new URLSearchParams({ query: QUERY })}`, { headers: sender }),
  'server-sent events': (endpoint, sender) =>
    ask(endpoint, {
      method: 'POST',
      headers: { ...json, ...events, ...sender },
      body: JSON.stringify({ query: SUBSCRIPTION }),
    }),
  'an upload': (endpoint, sender) =>
    ask(endpoint, { method: 'POST', headers: { ...FORM_HEADERS, ...sender }, body: UPLOAD_FORM }),
};
