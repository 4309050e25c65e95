import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, type DocumentNode, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import {
  CloseCode,
  handleProtocols,
  makeServer,
  type Context,
  type OperationResult,
} from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { credentialOfHeaders, credentialOfParameters } from '../../access/credential.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Authenticator } from '../admission/authenticator.ts';
import type { RequestLimits } from '../admission/traffic/request-limits.ts';
import type { GraphQLEndpoint } from '../pipeline/graphql-endpoint.ts';
import { toRequestError } from '../pipeline/request-error.ts';
import { isRefusedUpload, withCharge } from '../pipeline/upload-charge.ts';
import { serveConnection, type Connection } from './web-socket-connection.ts';

export interface WebSocketTransport {
  /** Takes over a connection that asked for an upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every connection with 1001 "Going away", and resolves when all have ended. */
  close(): Promise<void>;
  /** Cuts every open connection. */
  terminate(): void;
}

export interface WebSocketTransportOptions {
  readonly endpoint: GraphQLEndpoint;
  readonly authenticator: Pick<Authenticator, 'admit'>;
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
  readonly log: Log;
}

/** The parts of Yoga's pipeline for one operation; Yoga itself types them as `any`. */
interface Pipeline {
  readonly schema: GraphQLSchema;
  parse(query: string): DocumentNode;
  validate(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[];
  contextFactory(): unknown;
  execute(operation: ExecutionArgs): OperationResult;
  subscribe(operation: ExecutionArgs): OperationResult;
}

type InitParameters = Readonly<Record<string, unknown>>;

/**
 * GraphQL over WebSocket (the `graphql-transport-ws` protocol), run by the same pipeline as HTTP. A
 * connection is closed with 4403 if authentication fails or its session ends. Messages are not compressed:
 * permessage-deflate costs memory per connection and invites decompression bombs.
 */
export function createWebSocketTransport(options: WebSocketTransportOptions): WebSocketTransport {
  const { endpoint, authenticator, limits, pingIntervalMs, initTimeoutMs, log } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxPayloadBytes ?? 65_536,
    perMessageDeflate: false,
    // Each message gets its own turn of the event loop. Otherwise a thousand messages that arrive together
    // would be handled in one turn, and no other client would be served meanwhile.
    allowSynchronousEvents: false,
    handleProtocols,
  });
  const pipelines = new WeakMap<ExecutionArgs, Pipeline>();

  function pipelineOf(operation: ExecutionArgs): Pipeline {
    const pipeline = pipelines.get(operation);
    if (!pipeline) throw new Error('An operation came that onSubscribe did not let in');
    return pipeline;
  }

  async function admit({
    connectionParams,
    extra: { request, socket },
  }: Context<InitParameters, Connection>) {
    const credential =
      credentialOfParameters(connectionParams) ?? credentialOfHeaders(request.headers);
    try {
      const session = await authenticator.admit(request, credential);
      // If the socket closed during authentication, its `close` event has passed, and the listener added here
      // would never be removed.
      if (socket.readyState !== socket.OPEN) return false;
      const watch = session.onEnd(() => socket.close(CloseCode.Forbidden, 'Forbidden'));
      socket.once('close', () => watch[Symbol.dispose]());
      return true;
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }

  const protocol = makeServer<InitParameters, Connection>({
    connectionInitWaitTimeout: initTimeoutMs,
    onConnect: admit,
    execute: (operation) => pipelineOf(operation).execute(operation),
    subscribe: (operation) => pipelineOf(operation).subscribe(operation),
    async onSubscribe({ extra: { request } }, _id, payload) {
      const refusal =
        (await limits.operationOfAddress(request)) ?? (await limits.operationOfClient(request));
      const isUpload = isRefusedUpload({ headers: request.headers, text: payload.query });
      const refused = (error: GraphQLError) =>
        toRequestError(isUpload ? withCharge(error, false) : error);
      const pipeline: Pipeline = endpoint.getEnveloped({
        requestId: randomUUID(),
        req: request,
        params: payload,
        refusal,
      });
      try {
        const document = pipeline.parse(payload.query);
        const errors = pipeline.validate(pipeline.schema, document);
        if (errors.length > 0) return errors.map(refused);
        const operation: ExecutionArgs = {
          schema: pipeline.schema,
          document,
          operationName: payload.operationName,
          variableValues: payload.variables,
          contextValue: await pipeline.contextFactory(),
        };
        pipelines.set(operation, pipeline);
        return operation;
      } catch (error) {
        // A syntax error, or a session that has just ended. If it were thrown, the connection would close
        // with every subscription on it.
        if (error instanceof GraphQLError) return [refused(error)];
        throw error;
      }
    },
  });

  async function close(): Promise<void> {
    const closed = once(server, 'close');
    for (const client of server.clients) client.close(1001, 'Going away');
    server.close();
    await closed;
  }

  return {
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (webSocket) => {
        serveConnection({ socket: webSocket, request }, { protocol, pingIntervalMs, log });
      }),
    close,
    terminate() {
      for (const client of server.clients) client.terminate();
    },
  };
}
