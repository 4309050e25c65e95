import type { IncomingMessage, ServerResponse } from 'node:http';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Log } from '../../common/log.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { schema } from '../../graphql/schema.ts';
import type { Photos } from '../../photos/photos.ts';
import { noTelemetry } from '../../telemetry/no-telemetry.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { Authenticator } from '../admission/authenticator.ts';
import type { LoadGauge } from '../admission/load-gauge.ts';
import type { TooMany } from '../admission/traffic/too-many.ts';
import type { Traffic } from '../admission/traffic/traffic.ts';
import { useRequestLimits } from '../admission/traffic/use-request-limits.ts';
import { useSubscriptionLimit } from '../admission/traffic/use-subscription-limit.ts';
import { useAuthentication } from '../admission/use-authentication.ts';
import { useLoadShedding } from '../admission/use-load-shedding.ts';
import { useOwnPagesOnly } from '../admission/use-own-pages-only.ts';
import { GRAPHQL_PATH } from '../paths.ts';
import { useJsonBodies } from '../transports/bodies/json-body.ts';
import { useDrainedBodies } from '../transports/bodies/use-drained-bodies.ts';
import { useMultipartUploads } from '../transports/uploads/use-multipart-uploads.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import type { TrustedDocuments } from './limits/trusted-documents.ts';
import { useAbandonedStreams } from './plugins/use-abandoned-streams.ts';
import { useAcceptableAnswers } from './plugins/use-acceptable-answers.ts';
import { useBoundedVariables } from './plugins/use-bounded-variables.ts';
import { useDocuments } from './plugins/use-documents.ts';
import { useEndingStreams } from './plugins/use-ending-streams.ts';
import { useEventStreamHeaders } from './plugins/use-event-stream-headers.ts';
import { useGetParameters } from './plugins/use-get-parameters.ts';
import { useNoIntrospection } from './plugins/use-no-introspection.ts';
import { useOperationCost } from './plugins/use-operation-cost.ts';
import { useOperationRecord } from './plugins/use-operation-record.ts';
import { usePresentedErrors } from './plugins/use-presented-errors.ts';
import { useRefusalCharges } from './plugins/use-refusal-charges.ts';
import { useSingleUpload } from './plugins/use-single-upload.ts';
import { useTrustedDocuments } from './plugins/use-trusted-documents.ts';
import type { RequestObserver } from './record/observe-requests.ts';
import { traceRootFields } from './trace-root-fields.ts';

/** What the HTTP server passes on with each request, and the WebSocket transport with each operation. */
export interface RequestContext {
  /** The HTTP request; over WebSocket, the request that opened the connection. */
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
  /** Why an operation that came over WebSocket is rejected. @default null */
  readonly refusal?: TooMany | null;
}

export type GraphQLEndpoint = YogaServerInstance<RequestContext, GraphQLContext>;

export interface GraphQLEndpointOptions {
  readonly photos: Photos;
  readonly maxFileSizeBytes: number;
  readonly authenticator: Authenticator;
  /** The limits on requests and on subscriptions. */
  readonly traffic: Pick<Traffic, 'requests' | 'subscriptions'>;
  readonly corsOrigins: readonly string[];
  /**
   * Further headers that make a browser send a preflight request before a form, besides those of the
   * contract.
   * @default none
   */
  readonly preflightHeaders?: readonly string[];
  /** Documents that clients may name by id. @default null: none */
  readonly trusted?: TrustedDocuments | null;
  /** Whether any other document is rejected. @default false */
  readonly trustedOnly?: boolean;
  /** Whether clients may introspect the schema. @default true */
  readonly introspection?: boolean;
  /** Tells whether new operations must be rejected. @default never */
  readonly load?: Pick<LoadGauge, 'overloaded'>;
  /** Is told of each operation. @default nobody */
  readonly telemetry?: Telemetry;
  /** Gives the record of the operation of an HTTP request. @default no records */
  readonly requests?: Pick<RequestObserver, 'recordOf'>;
  readonly log: Log;
}

/** The largest JSON body, in bytes: more than any GraphQL document with its variables needs. */
const MAX_JSON_BYTES = 262_144;

const NEVER_OVERLOADED = { overloaded: false };

const UNOBSERVED = { recordOf: () => null };

const NO_CACHE = { get: () => undefined, set: () => undefined };

/**
 * Yoga with the gateway's plugins: authentication, one operation per request, streamed uploads, and errors as
 * the contract defines them.
 */
export function createGraphQLEndpoint(options: GraphQLEndpointOptions): GraphQLEndpoint {
  const { photos, maxFileSizeBytes, authenticator, traffic, corsOrigins, log } = options;
  const {
    preflightHeaders = [],
    trusted = null,
    trustedOnly = false,
    introspection = true,
  } = options;
  const { telemetry = noTelemetry, requests = UNOBSERVED, load = NEVER_OVERLOADED } = options;
  return createYoga<RequestContext, GraphQLContext>({
    schema: traceRootFields(schema, telemetry.tracing),
    graphqlEndpoint: GRAPHQL_PATH,
    context: (initial) => ({
      photos,
      principal: authenticator.principalOf(initial.req),
      idempotencyKey: () => idempotencyKeyOf(initial.req.headers),
      // Yoga's types promise a request; an operation that came over WebSocket has none.
      signal: 'request' in initial ? initial.request.signal : undefined,
    }),
    // The gateway sets CORS headers itself, for all paths alike. Yoga sends `null` as the allowed origin to
    // pages that are not listed.
    cors: false,
    graphiql: false,
    landingPage: false,
    batching: false,
    // Otherwise masked errors would carry their stack trace if NODE_ENV is `development`.
    maskedErrors: { isDev: false },
    // The gateway caches documents itself. The result of validating a document is kept as long as the
    // document.
    parserAndValidationCache: { documentCache: NO_CACHE, errorCache: NO_CACHE },
    // The gateway's plugins read bodies: Yoga would hold each file in memory twice.
    multipart: false,
    maxRequestBodySize: false,
    logging: {
      debug: () => undefined,
      info: () => undefined,
      warn: (...details: unknown[]) => log.warn({ details }, 'Yoga warns'),
      error: (...details: unknown[]) => log.error({ details }, 'Yoga failed'),
    },
    plugins: [
      useOperationRecord({ telemetry, requests }),
      useLoadShedding(load),
      useRequestLimits(traffic.requests),
      useAuthentication(authenticator),
      useOwnPagesOnly(corsOrigins),
      useAcceptableAnswers(),
      useGetParameters(),
      useMultipartUploads({ maxFileSizeBytes, preflightHeaders }),
      useJsonBodies({ maxBytes: MAX_JSON_BYTES, timeoutMs: 15_000 }),
      useDrainedBodies({
        maxBytes: maxFileSizeBytes + MAX_JSON_BYTES,
        timeoutMs: 10_000,
        idleTimeoutMs: 500,
      }),
      useRefusalCharges(),
      ...(trusted ? [useTrustedDocuments(trusted)] : []),
      useBoundedVariables(),
      useDocuments({ trusted, trustedOnly }),
      ...(introspection ? [] : [useNoIntrospection()]),
      useSingleUpload(),
      usePresentedErrors(log),
      useOperationCost(),
      useSubscriptionLimit({ authenticator, limiter: traffic.subscriptions }),
      useEndingStreams(authenticator),
      useEventStreamHeaders(),
      useAbandonedStreams(),
    ],
  });
}
