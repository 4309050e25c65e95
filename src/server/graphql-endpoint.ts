import type { IncomingMessage, ServerResponse } from 'node:http';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { GraphQLContext } from '../graphql/context.ts';
import { schema } from '../graphql/schema.ts';
import type { Log } from '../log.ts';
import type { Photos } from '../photos/photos.ts';
import { useDrainedBodies } from './bodies/use-drained-bodies.ts';
import { useJsonBodies } from './bodies/use-json-bodies.ts';
import { callerOf } from './caller-of.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { useMultipartUploads } from './uploads/use-multipart-uploads.ts';
import { useEventStreamHeaders } from './use-event-stream-headers.ts';
import { usePresentedErrors } from './use-presented-errors.ts';
import { useSingleUpload } from './use-single-upload.ts';

/** What the HTTP server hands on with each request, and the WebSocket door with each operation. */
export interface RequestContext {
  /** That of the WebSocket's upgrade, where the operation came by one. */
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
}

export type GraphQLEndpoint = YogaServerInstance<RequestContext, GraphQLContext>;

export interface GraphQLEndpointOptions {
  readonly photos: Photos;
  readonly maxFileSizeBytes: number;
  /** Where clients reach the gateway; null for where each says that it did. */
  readonly publicUrl: URL | null;
  readonly corsOrigins: readonly string[];
  readonly log: Log;
}

/** Where GraphQL is spoken, over HTTP and over WebSocket. */
export const GRAPHQL_PATH = '/graphql';

/** The longest GraphQL document with its variables that a client has reason to send. */
const MAX_JSON_BYTES = 262_144;

/** Yoga with the gateway's plugins: one operation a request, uploads by our own door, errors presented. */
export function createGraphQLEndpoint(options: GraphQLEndpointOptions): GraphQLEndpoint {
  const { photos, maxFileSizeBytes, publicUrl, corsOrigins, log } = options;
  return createYoga<RequestContext, GraphQLContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: (initial) => ({
      photos,
      caller: callerOf(initial.req, publicUrl),
      idempotencyKey: () => idempotencyKeyOf(initial.req.headers),
      // Yoga's types promise a request; an operation that came over WebSocket has none.
      signal: 'request' in initial ? initial.request.signal : undefined,
    }),
    cors: corsOrigins.length > 0 && { origin: [...corsOrigins], methods: ['GET', 'POST'] },
    graphiql: false,
    landingPage: false,
    batching: false,
    // Bodies are read by our own plugins: Yoga would hold every file in memory, twice.
    multipart: false,
    maxRequestBodySize: false,
    logging: {
      debug: () => undefined,
      info: () => undefined,
      warn: (...details: unknown[]) => log.warn({ details }, 'Yoga warns'),
      error: (...details: unknown[]) => log.error({ details }, 'Yoga failed'),
    },
    plugins: [
      useMultipartUploads({ maxFileSizeBytes }),
      useJsonBodies({ maxBytes: MAX_JSON_BYTES, timeoutMs: 15_000 }),
      useDrainedBodies({
        maxBytes: maxFileSizeBytes + MAX_JSON_BYTES,
        timeoutMs: 10_000,
        idleTimeoutMs: 500,
      }),
      useSingleUpload(),
      usePresentedErrors(log),
      useEventStreamHeaders(),
    ],
  });
}
