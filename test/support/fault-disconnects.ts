import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { field, file, FORM_HEADERS, wholeForm } from './multipart-client.ts';

interface Target {
  readonly endpoint: string;
}

/** How a client disconnects. */
export interface Disconnect {
  /** The fraction of its data that it has sent by then: from nothing, 0, to all, 1 and more. */
  readonly sentFraction: number;
  /** How long it stays connected after that, in milliseconds. */
  readonly lingerMs: number;
  /** Whether it breaks its connection, or ends it in an orderly way. */
  readonly breaks: boolean;
}

/** The photo for which subscribers wait. */
export const NEVER_READY = 'never-ready';
const subscription = `subscription { photoReady(id: "${NEVER_READY}") { id } }`;
const mutation = `mutation ($file: Upload!, $key: String) {
  uploadPhoto(file: $file, repairType: REPAIR, idempotencyKey: $key) { id } }`;

/** Sends as much of a request over HTTP as it should, and disconnects. */
async function disconnectRequest(
  { endpoint }: Target,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  { sentFraction, lingerMs, breaks }: Disconnect,
): Promise<void> {
  const { hostname, port, pathname } = new URL(endpoint);
  const lines = Object.entries({
    host: `${hostname}:${port}`,
    'content-length': `${body.length}`,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  const request = Buffer.concat([
    Buffer.from([`POST ${pathname} HTTP/1.1`, ...lines, '', ''].join('\r\n')),
    body,
  ]);
  const socket = connect(Number(port), hostname);
  // Responses are discarded.
  socket.on('error', () => undefined).resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  socket.write(request.subarray(0, Math.round(request.length * sentFraction)));
  await delay(lingerMs);
  if (breaks) socket.resetAndDestroy();
  else socket.destroy();
  await closed;
}

/** The body of an upload of this picture under `key`. */
export function uploadForm(picture: Buffer, key: string | null): Buffer {
  return wholeForm([
    field('operations', { query: mutation, variables: { file: null, key } }),
    field('map', { 0: ['variables.file'] }),
    file('0', picture),
  ]);
}

export function disconnectUpload(
  target: Target,
  form: Buffer,
  disconnect: Disconnect,
): Promise<void> {
  return disconnectRequest(target, FORM_HEADERS, form, disconnect);
}

export function disconnectEvents(target: Target, disconnect: Disconnect): Promise<void> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const body = Buffer.from(JSON.stringify({ query: subscription }));
  return disconnectRequest(target, headers, body, disconnect);
}

/** Goes as far in the protocol as `sentFraction` requires: connects, initialises, subscribes. */
export async function disconnectSocket(
  { endpoint }: Target,
  disconnect: Disconnect,
): Promise<void> {
  const { sentFraction, lingerMs, breaks } = disconnect;
  const socket = new WebSocket(endpoint.replace('http', 'ws'), 'graphql-transport-ws');
  // It may be told to disconnect before it is connected.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  if (sentFraction > 0.2) await once(socket, 'open');
  if (sentFraction > 0.4) socket.send('{"type":"connection_init"}');
  if (sentFraction > 0.6) await once(socket, 'message');
  if (sentFraction > 0.8) {
    const payload = { query: subscription };
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  }
  await delay(lingerMs);
  if (breaks) socket.terminate();
  else socket.close();
  await closed;
}
