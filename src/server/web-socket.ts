import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, type DocumentNode, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import type { OperationResult } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { GraphQLEndpoint } from './graphql-endpoint.ts';

export interface WebSocketDoor {
  /** Takes over a connection that asked to be upgraded. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every connection with 1001 "Going away", and resolves when all are gone. */
  close(): Promise<void>;
  /** Cuts whatever is still open. */
  terminate(): void;
}

export interface WebSocketDoorOptions {
  readonly endpoint: GraphQLEndpoint;
  /** Largest message taken, in bytes; uploads do not come this way. @default 65536 */
  readonly maxPayloadBytes?: number;
  /** Between two pings; a client that has not answered the last one is cut. */
  readonly pingIntervalMs: number;
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

/**
 * GraphQL over WebSocket (the `graphql-transport-ws` protocol), run by the same pipeline as HTTP.
 * Messages are not compressed: permessage-deflate costs memory per connection and invites bombs.
 */
export function createWebSocketDoor(options: WebSocketDoorOptions): WebSocketDoor {
  const { endpoint, maxPayloadBytes = 65_536, pingIntervalMs } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxPayloadBytes,
    perMessageDeflate: false,
  });
  const pipelines = new WeakMap<ExecutionArgs, Pipeline>();

  function pipelineOf(operation: ExecutionArgs): Pipeline {
    const pipeline = pipelines.get(operation);
    if (!pipeline) throw new Error('An operation came that onSubscribe did not let in');
    return pipeline;
  }

  const door = useServer(
    {
      execute: (operation) => pipelineOf(operation).execute(operation),
      subscribe: (operation) => pipelineOf(operation).subscribe(operation),
      async onSubscribe({ extra }, _id, payload) {
        const requestId = randomUUID();
        const pipeline: Pipeline = endpoint.getEnveloped({
          requestId,
          req: extra.request,
          params: payload,
        });
        try {
          const document = pipeline.parse(payload.query);
          const errors = pipeline.validate(pipeline.schema, document);
          if (errors.length > 0) return errors;
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
          // A syntax error. Thrown, it would close the connection with every subscription on it.
          if (error instanceof GraphQLError) return [error];
          throw error;
        }
      },
    },
    server,
    pingIntervalMs,
  );

  return {
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (webSocket) => {
        server.emit('connection', webSocket, request);
      }),
    close: async () => door.dispose(),
    terminate() {
      for (const client of server.clients) client.terminate();
    },
  };
}
