import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { credentialOfHeaders, credentialOfParameters } from '../../access/credential.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { Authenticator } from '../admission/authenticator.ts';
import { originOf } from '../admission/host-names.ts';
import type { LoadGauge } from '../admission/load-gauge.ts';
import type { RequestLimits } from '../admission/traffic/request-limits.ts';
import type { NamedDocuments } from '../pipeline/documents/named-documents.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { refuseConnection } from './refuse-connection.ts';
import { serveWebSocket } from './serve-web-socket.ts';
import type { Connection } from './web-socket-connection.ts';
import { dialectOf, NO_DIALECT } from './web-socket-dialects/dialect-of.ts';
import { createSocketOperations } from './web-socket-operations.ts';
import { createSocketProtocol } from './web-socket-protocol.ts';

export interface WebSocketTransport {
  /**
   * Takes over a connection from `address` that asked for an upgrade, or refuses it if it offers no
   * subprotocol that there is.
   */
  upgrade(request: IncomingMessage, address: string, socket: Duplex, head: Buffer): void;
  /**
   * Closes every connection with 1012 "Service Restart", on which clients connect and subscribe again.
   * Resolves when all have ended.
   */
  close(): Promise<void>;
  /** Cuts every open connection. */
  terminate(): void;
}

export interface WebSocketTransportOptions {
  readonly pipeline: Pipeline;
  /** Documents that clients may name by id. Null if there are none. */
  readonly named: NamedDocuments;
  readonly authenticator: Authenticator;
  readonly load: Pick<LoadGauge, 'overloaded'>;
  /** The limits that count each operation. */
  readonly limits: Pick<RequestLimits, 'operationOfAddress' | 'operationOfClient'>;
  /** The largest message, in bytes. Uploads do not use this transport. @default 65536 */
  readonly maxPayloadBytes?: number;
  /**
   * The time between two pings, in milliseconds. A client that has not answered the last ping is
   * disconnected.
   */
  readonly pingIntervalMs: number;
  /**
   * A client that has not initialised its connection within this time, and so has not authenticated, is
   * closed with 4408.
   */
  readonly initTimeoutMs: number;
  readonly telemetry: Pick<Telemetry, 'tracing' | 'requestEnded'>;
  readonly log: Log;
}

const NO_TRACE = { headers: {} };

/**
 * GraphQL over WebSocket (`graphql-transport-ws`, and the older `graphql-ws`), run by the same pipeline as HTTP. A
 * connection is closed with 4403 if authentication fails or its session ends. Messages are not compressed:
 * permessage-deflate costs memory per connection and invites decompression bombs.
 */
export function createWebSocketTransport(options: WebSocketTransportOptions): WebSocketTransport {
  const { authenticator, pingIntervalMs, initTimeoutMs, log } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxPayloadBytes ?? 65_536,
    perMessageDeflate: false,
    // Each message gets its own turn of the event loop. Otherwise a thousand messages that arrive together
    // would be handled in one turn, and no other client would be served meanwhile.
    allowSynchronousEvents: false,
    handleProtocols: (_offered, { headers }) => dialectOf(headers)?.subprotocol ?? false,
  });

  // Otherwise the library refuses a malformed handshake in HTML.
  server.on('wsClientError', ({ message }, socket, { method }) => {
    refuseConnection(socket, {
      status: method === 'GET' ? 400 : 405,
      error: `A WebSocket cannot be opened by this request: ${message}.`,
      version: '13',
    });
  });

  async function admit(connection: Connection, parameters: Readonly<Record<string, unknown>>) {
    const { socket, sender } = connection;
    const credential = credentialOfParameters(parameters) ?? connection.credential;
    try {
      const client = await authenticator.admit(sender, credential);
      // If the socket closed during authentication, its `close` event has passed, and nothing would end the
      // watch.
      if (socket.readyState !== socket.OPEN) return false;
      connection.client = client;
      connection.sessionWatch = client.session.onEnd(() =>
        socket.close(CloseCode.Forbidden, 'Forbidden'),
      );
      return true;
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }

  const protocol = createSocketProtocol({
    admit,
    operations: createSocketOperations(options),
    onFailure({ socket }, error) {
      log.error(
        { err: error },
        'An operation over WebSocket failed, and its connection was closed',
      );
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    },
  });

  async function close(): Promise<void> {
    const closed = once(server, 'close');
    for (const client of server.clients) client.close(1012, 'Service Restart');
    server.close();
    await closed;
  }

  return {
    upgrade(request, address, socket, head) {
      const dialect = dialectOf(request.headers);
      if (dialect === null) return refuseConnection(socket, NO_DIALECT);
      const sender = { address, origin: originOf(request) };
      const credential = credentialOfHeaders(request.headers);
      const { traceparent, tracestate } = request.headers;
      const trace = traceparent === undefined ? NO_TRACE : { headers: { traceparent, tracestate } };
      return server.handleUpgrade(request, socket, head, (webSocket) => {
        const opened = { socket: webSocket, dialect, sender, credential, trace };
        serveWebSocket(opened, { protocol, pingIntervalMs, initTimeoutMs, log });
      });
    },
    close,
    terminate() {
      for (const client of server.clients) client.terminate();
    },
  };
}
