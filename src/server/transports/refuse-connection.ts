import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECURITY_HEADERS } from '../pages/security-headers.ts';

/** Why a connection is closed. */
export interface ConnectionRefusal {
  readonly status: number;
  readonly error: string;
  /** The value of `Retry-After`, if the client may try again. */
  readonly retryAfter?: string;
  /** The version of WebSocket that is spoken here, if the client may have asked for another. */
  readonly version?: string;
}

/**
 * Writes the response and closes the connection. The HTTP server no longer owns the socket, so it cannot do
 * so.
 */
export function refuseConnection(socket: Duplex, refusal: ConnectionRefusal): void {
  const { status, error, retryAfter, version } = refusal;
  // A client that has already left resets the connection, and an unhandled `error` event ends the process.
  socket.on('error', () => socket.destroy());
  const body = JSON.stringify({ error });
  const headers = {
    Connection: 'close',
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }),
    ...(version === undefined ? {} : { 'Sec-WebSocket-Version': version }),
    ...Object.fromEntries(SECURITY_HEADERS),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}
