import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Log } from '../../common/log.ts';
import type { Connection } from './web-socket-connection.ts';
import type { SocketProtocol } from './web-socket-protocol.ts';

export interface ServeOptions {
  readonly protocol: SocketProtocol;
  /**
   * The time between two pings, in milliseconds. A client that has not answered the last ping is
   * disconnected.
   */
  readonly pingIntervalMs: number;
  /** A client whose first message has not come within this time is closed with 4408. */
  readonly initTimeoutMs: number;
  /**
   * A client that sends more requests while more than this many bytes wait to be sent to it is disconnected.
   * @default 1_048_576
   */
  readonly maxWaitingBytes?: number;
  readonly log: Pick<Log, 'debug'>;
}

/** Runs the protocol over one connection until it closes. */
export function serveWebSocket(
  opened: Omit<Connection, 'client' | 'sessionWatch' | 'initTimer' | 'running'>,
  options: ServeOptions,
): void {
  const { socket } = opened;
  const { protocol, pingIntervalMs, initTimeoutMs, maxWaitingBytes = 1_048_576, log } = options;
  // The connection broke, or the client violated the WebSocket protocol; the library then closes the
  // connection.
  socket.on('error', (error) => log.debug({ err: error }, 'A WebSocket failed'));
  if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
    return socket.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
  }
  const initTimer = setTimeout(() => {
    socket.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
  }, initTimeoutMs);
  const connection: Connection = {
    ...opened,
    client: null,
    sessionWatch: null,
    initTimer,
    running: new Map(),
  };
  socket.on('message', (data: Buffer) => {
    if (socket.bufferedAmount > maxWaitingBytes) return socket.terminate();
    return protocol.receive(connection, data.toString());
  });
  const alive = keepAlive(socket, pingIntervalMs);
  socket.on('close', () => {
    clearInterval(alive);
    protocol.closed(connection);
  });
}

/** Pings the client. Disconnects it if the last ping was not answered by the time of the next. */
function keepAlive(socket: WebSocket, intervalMs: number): NodeJS.Timeout {
  let answered = true;
  socket.on('pong', () => (answered = true));
  return setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    return socket.ping();
  }, intervalMs);
}
