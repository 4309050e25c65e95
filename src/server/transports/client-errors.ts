import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseConnection, type ConnectionRefusal } from './refuse-connection.ts';

/** Responses by Node's error codes, with the statuses that Node itself uses. */
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

const MALFORMED = { status: 400, error: 'The request is malformed: it is not HTTP/1.1.' };

export interface ClientErrorsOptions {
  /** The response in progress on a connection, or null. */
  readonly answering: (socket: Duplex) => ServerResponse | null;
}

/**
 * Answers connection data that is not a valid request, in JSON like all other errors. If a response is
 * already in progress, no other can be sent, and the connection is closed.
 */
export function answerClientErrors(server: Server, { answering }: ClientErrorsOptions): void {
  server.on('clientError', (error: Error, socket) => {
    const code = 'code' in error ? error.code : undefined;
    const answer = answering(socket);
    // Data after a request with `Connection: close` is ignored. It must not break the response to that
    // request.
    if (answer !== null && code === 'HPE_CLOSED_CONNECTION') return;
    if (!socket.writable || code === 'ECONNRESET' || answer?.headersSent === true) socket.destroy();
    else refuseConnection(socket, REFUSALS.get(code) ?? MALFORMED);
  });
}
