import { on, once } from 'node:events';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';

/** One GraphQL request, for any transport. */
export interface Request {
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly documentId?: string;
}

const resultSchema = z.looseObject({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.looseObject({
        message: z.string(),
        extensions: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
});

/** The first data that returned: the response, or the first event of a stream. */
export type Result = z.infer<typeof resultSchema>;

/** Sends a request to the endpoint, and resolves with the first result. */
export type Send = (endpoint: string, request: Request) => Promise<Result>;

const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { accept: 'text/event-stream' };

/** Every transport of an operation. */
export const transports = {
  'HTTP POST': async (endpoint, request) => {
    const init = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(request) };
    return firstResult(await fetch(endpoint, init));
  },
  'HTTP GET': async (endpoint, request) => firstResult(await fetch(addressOf(endpoint, request))),
  'a form': async (endpoint, request) => {
    const body = new FormData();
    body.append('operations', JSON.stringify(request));
    body.append('map', '{}');
    const init = { method: 'POST', headers: { 'graphql-preflight': '1' }, body };
    return firstResult(await fetch(endpoint, init));
  },
  'server-sent events': async (endpoint, request) => {
    const headers = { ...JSON_TYPE, ...EVENTS };
    const init = { method: 'POST', headers, body: JSON.stringify(request) };
    return firstEvent(await fetch(endpoint, init));
  },
  'server-sent events by GET': async (endpoint, request) =>
    firstEvent(await fetch(addressOf(endpoint, request), { headers: EVENTS })),
  WebSocket: sendByWebSocket,
  'the older WebSocket protocol': sendByOlderProtocol,
} as const satisfies Record<string, Send>;

/** For `test.each`: the name of each transport, and its function to send. */
export const eachTransport: readonly (readonly [string, Send])[] = Object.entries(transports);

/** The address of a GET with the request. */
export function addressOf(endpoint: string, request: Request): string {
  const address = new URL(endpoint);
  for (const [name, value] of Object.entries(request)) {
    address.searchParams.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return address.href;
}

/** A client that accepts anything gets a subscription as events. */
async function firstResult(response: Response): Promise<Result> {
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return isJson ? resultSchema.parse(await response.json()) : firstEvent(response);
}

async function firstEvent(response: Response): Promise<Result> {
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    const data = /^data: (.+)$/m.exec(text)?.[1];
    if (data !== undefined) return resultSchema.parse(JSON.parse(data));
  }
  throw new Error(`No event came with status ${response.status}: ${text}`);
}

async function openSocket(endpoint: string, subprotocol: string) {
  const socket = new WebSocket(endpoint.replace('http', 'ws'), subprotocol);
  await once(socket, 'open');
  const messages = on(socket, 'message');
  async function next() {
    const { value } = await messages.next();
    return z.looseObject({ type: z.string() }).parse(JSON.parse(String(value?.[0])));
  }
  socket.send('{"type":"connection_init"}');
  await next();
  return { socket, next };
}

async function sendByOlderProtocol(endpoint: string, payload: Request): Promise<Result> {
  const { socket, next } = await openSocket(endpoint, 'graphql-ws');
  expect(await next()).toEqual({ type: 'ka' });
  socket.send(JSON.stringify({ id: '1', type: 'start', payload }));
  const { type, payload: result } = await next();
  socket.close();
  return resultSchema.parse(type === 'error' ? { errors: [result] } : result);
}

async function sendByWebSocket(endpoint: string, request: Request): Promise<Result> {
  const { socket, next } = await openSocket(endpoint, 'graphql-transport-ws');
  // The protocol requires a text. It is empty if the document is named by its id.
  const payload = { query: '', ...request };
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  const { type, payload: result } = await next();
  socket.close();
  return resultSchema.parse(type === 'error' ? { errors: result } : result);
}
