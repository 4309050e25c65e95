import type { IncomingMessage } from 'node:http';
import { CloseCode, MessageType, parseMessage, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Log } from '../../common/log.ts';

/** A connection with the request that it began as. */
export interface Connection {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

export interface ConnectionOptions {
  /** Speaks the protocol. */
  readonly protocol: Pick<Server<Connection>, 'opened'>;
  /** Between two pings; a client that has not answered the last one is cut. */
  readonly pingIntervalMs: number;
  /** A client that asks on, and for which more than this waits to be read, is cut. @default 1_048_576 */
  readonly maxWaitingBytes?: number;
  readonly log: Pick<Log, 'debug' | 'error'>;
}

/**
 * Carries the protocol over one connection until that closes. In place of graphql-ws's own adapter, which takes
 * it for its own failure where a client breaks off or breaks the rules, and writes a stack trace for each message
 * that could not be sent.
 */
export function serveConnection(connection: Connection, options: ConnectionOptions): void {
  const { socket } = connection;
  const { protocol, pingIntervalMs, maxWaitingBytes = 1_048_576, log } = options;

  function fail(error: unknown) {
    log.error({ err: error }, 'An operation over WebSocket failed, and its connection with it');
    socket.close(CloseCode.InternalServerError, 'Internal server error');
  }

  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (message) => send(socket, message),
      close: (code, reason) => socket.close(code, reason),
      onMessage(take) {
        socket.on('message', (data: Buffer) => {
          if (socket.bufferedAmount > maxWaitingBytes) return socket.terminate();
          const message = data.toString();
          return void take(message).catch((error: unknown) => {
            if (isOfServer(message)) socket.close(CloseCode.BadRequest, 'Invalid message received');
            else fail(error);
          });
        });
      },
    },
    connection,
  );
  const alive = keepAlive(socket, pingIntervalMs);
  // The client broke the connection or the rules, for which the library closes it.
  socket.on('error', (error) => log.debug({ err: error }, 'A WebSocket failed'));
  socket.once('close', (code, reason) => {
    alive[Symbol.dispose]();
    closed(code, reason.toString()).catch(fail);
  });
}

const SERVER_MESSAGES: ReadonlySet<MessageType> = new Set([
  MessageType.ConnectionAck,
  MessageType.Next,
  MessageType.Error,
]);

/** Whether it is of a type that no client sends, at which the library throws as at a failure of its own. */
function isOfServer(message: string): boolean {
  try {
    return SERVER_MESSAGES.has(parseMessage(message).type);
  } catch {
    return false;
  }
}

/** Resolves once the message is on its way, or has nobody left to go to. */
function send(socket: WebSocket, message: string): Promise<void> {
  return new Promise((resolve) => {
    socket.send(message, () => resolve());
  });
}

/** Pings the client, and cuts it where the last ping was not answered by the time of the next. */
function keepAlive(socket: WebSocket, intervalMs: number): Disposable {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    return socket.ping();
  }, intervalMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
