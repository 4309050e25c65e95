import { CloseCode, MessageType, parseMessage, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Log } from '../../common/log.ts';
import type { Secret } from '../../common/secret.ts';
import type { Incoming } from '../../telemetry/tracing.ts';
import type { AdmittedClient, Sender } from '../admission/authenticator.ts';

/** A connection. It lasts long, so nothing else of the request that opened it is kept. */
export interface Connection {
  readonly socket: WebSocket;
  readonly sender: Sender;
  /** The credential in the headers of that request. */
  readonly credential: Secret | null;
  readonly trace: Incoming;
  /** Null until it has authenticated. */
  client: AdmittedClient | null;
}

export interface ConnectionOptions {
  /** The implementation of the protocol. */
  readonly protocol: Pick<Server<Connection>, 'opened'>;
  /**
   * The time between two pings, in milliseconds. A client that has not answered the last ping is
   * disconnected.
   */
  readonly pingIntervalMs: number;
  /**
   * A client that sends more requests while more than this many bytes wait to be sent to it is disconnected.
   * @default 1_048_576
   */
  readonly maxWaitingBytes?: number;
  readonly log: Pick<Log, 'debug' | 'error'>;
}

/**
 * Runs the protocol over one connection until it closes. It replaces graphql-ws's own adapter. That adapter
 * reports it as its own failure when a client disconnects or violates the protocol, and writes a stack trace
 * for each message that could not be sent.
 */
export function serveConnection(connection: Connection, options: ConnectionOptions): void {
  const { socket } = connection;
  const { protocol, pingIntervalMs, maxWaitingBytes = 1_048_576, log } = options;

  function fail(error: unknown) {
    log.error({ err: error }, 'An operation over WebSocket failed, and its connection was closed');
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
  // The connection broke, or the client violated the WebSocket protocol; the library then closes the
  // connection.
  socket.on('error', (error) => log.debug({ err: error }, 'A WebSocket failed'));
  socket.on('close', (code, reason) => {
    alive[Symbol.dispose]();
    closed(code, reason.toString()).catch(fail);
  });
}

const SERVER_MESSAGES: ReadonlySet<MessageType> = new Set([
  MessageType.ConnectionAck,
  MessageType.Next,
  MessageType.Error,
]);

/**
 * Whether a message has a type that no client may send. The library throws for it as for an internal failure.
 */
function isOfServer(message: string): boolean {
  try {
    return SERVER_MESSAGES.has(parseMessage(message).type);
  } catch {
    return false;
  }
}

/** Resolves once the message was handed to the system, or can no longer be delivered. */
function send(socket: WebSocket, message: string): Promise<void> {
  return new Promise((resolve) => {
    socket.send(message, () => resolve());
  });
}

/** Pings the client. Disconnects it if the last ping was not answered by the time of the next. */
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
