import type { Duplex } from 'node:stream';
import type { Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { refuseConnection, type ConnectionRefusal } from './refuse-connection.ts';

/** By Node's codes, as Node itself answers them. */
const REFUSALS: ReadonlyMap<unknown, ConnectionRefusal> = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    { status: 431, error: 'The head of the request is too large: send fewer or shorter headers.' },
  ],
  [
    'HPE_CHUNK_EXTENSIONS_OVERFLOW',
    { status: 413, error: 'The extensions of a chunk are too large: send none.' },
  ],
  ['ERR_HTTP_REQUEST_TIMEOUT', { status: 408, error: 'The request did not come in time.' }],
]);

const MALFORMED = { status: 400, error: 'The request is malformed: it is no HTTP/1.1.' };

export interface ClientErrorsOptions {
  /** The answer that is under way on a connection, or null. */
  readonly answering: (socket: Socket) => ServerResponse | null;
}

/**
 * Answers what is no request in JSON, as all else; where an answer has begun there is no room for another.
 */
export function answerClientErrors(server: Server, { answering }: ClientErrorsOptions): void {
  function answerOn(socket: Duplex): ServerResponse | null {
    return socket instanceof Socket ? answering(socket) : null;
  }

  server.on('clientError', (error: Error, socket) => {
    const code = 'code' in error ? error.code : undefined;
    const answer = answerOn(socket);
    // What comes behind `Connection: close` is not looked at, and does not spoil the answer to what came before.
    if (answer !== null && code === 'HPE_CLOSED_CONNECTION') return;
    if (!socket.writable || code === 'ECONNRESET' || answer?.headersSent === true) socket.destroy();
    else refuseConnection(socket, REFUSALS.get(code) ?? MALFORMED);
  });
}
