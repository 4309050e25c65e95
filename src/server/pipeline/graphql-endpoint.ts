import { GRAPHQL_PATH } from '../paths.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { GraphQLContext } from '../../graphql/context.ts';
import { schema } from '../../graphql/schema.ts';
import type { Log } from '../../common/log.ts';
import type { Photos } from '../../photos/photos.ts';
import { noTelemetry } from '../../telemetry/no-telemetry.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { useDrainedBodies } from '../transports/bodies/use-drained-bodies.ts';
import { useJsonBodies } from '../transports/bodies/json-body.ts';
import type { Authenticator } from '../admission/authenticator.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import type { TrustedDocuments } from './limits/trusted-documents.ts';
import type { LoadGauge } from '../admission/load-gauge.ts';
import type { RequestObserver } from './record/observe-requests.ts';
import { traceRootFields } from './trace-root-fields.ts';
import type { TooMany } from '../admission/traffic/too-many.ts';
import type { Traffic } from '../admission/traffic/traffic.ts';
import { useRequestLimits } from '../admission/traffic/use-request-limits.ts';
import { useSubscriptionLimit } from '../admission/traffic/use-subscription-limit.ts';
import { useMultipartUploads } from '../transports/uploads/use-multipart-uploads.ts';
import { useAbandonedStreams } from './plugins/use-abandoned-streams.ts';
import { useAcceptableAnswers } from './plugins/use-acceptable-answers.ts';
import { useBoundedVariables } from './plugins/use-bounded-variables.ts';
import { useDocuments } from './plugins/use-documents.ts';
import { useEventStreamHeaders } from './plugins/use-event-stream-headers.ts';
import { useEndingStreams } from './plugins/use-ending-streams.ts';
import { useGetParameters } from './plugins/use-get-parameters.ts';
import { useAuthentication } from '../admission/use-authentication.ts';
import { useLoadShedding } from '../admission/use-load-shedding.ts';
import { useNoIntrospection } from './plugins/use-no-introspection.ts';
import { useOperationCost } from './plugins/use-operation-cost.ts';
import { useOperationRecord } from './plugins/use-operation-record.ts';
import { useOwnPagesOnly } from '../admission/use-own-pages-only.ts';
import { usePresentedErrors } from './plugins/use-presented-errors.ts';
import { useRefusalCharges } from './plugins/use-refusal-charges.ts';
import { useSingleUpload } from './plugins/use-single-upload.ts';
import { useTrustedDocuments } from './plugins/use-trusted-documents.ts';

/** What the HTTP server hands on with each request, and the WebSocket door with each operation. */
export interface RequestContext {
  /** That of the WebSocket's upgrade, where the operation came by one. */
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
  /** Why an operation that came over WebSocket is not carried out. @default null */
  readonly refusal?: TooMany | null;
}

export type GraphQLEndpoint = YogaServerInstance<RequestContext, GraphQLContext>;

export interface GraphQLEndpointOptions {
  readonly photos: Photos;
  readonly maxFileSizeBytes: number;
  readonly authenticator: Authenticator;
  /** How often clients may ask, and how many subscriptions they may have. */
  readonly traffic: Pick<Traffic, 'requests' | 'subscriptions'>;
  readonly corsOrigins: readonly string[];
  /** Headers that make a browser ask before it sends a form, beside those of the contract. @default none */
  readonly preflightHeaders?: readonly string[];
  /** Documents that clients may name by their ids. @default null: none */
  readonly trusted?: TrustedDocuments | null;
  /** Whether any other document is refused. @default false */
  readonly trustedOnly?: boolean;
  /** Whether the schema may be asked for. @default true */
  readonly introspection?: boolean;
  /** Whether new operations are to be turned away. @default never */
  readonly load?: Pick<LoadGauge, 'overloaded'>;
  /** Who is told of each operation. @default nobody */
  readonly telemetry?: Telemetry;
  /** Where what is found out about the operations of HTTP requests goes. @default nowhere */
  readonly requests?: Pick<RequestObserver, 'recordOf'>;
  readonly log: Log;
}

/** The longest GraphQL document with its variables that a client has reason to send. */
const MAX_JSON_BYTES = 262_144;

const NEVER_OVERLOADED = { overloaded: false };

const UNOBSERVED = { recordOf: () => null };

const NO_CACHE = { get: () => undefined, set: () => undefined };

/**
 * Yoga with the gateway's plugins: known callers, one operation a request, uploads by our own door, errors
 * presented.
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
    // Answered for all paths alike, by our own: Yoga tells a page that is not listed that `null` is.
    cors: false,
    graphiql: false,
    landingPage: false,
    batching: false,
    // Else what is masked comes with its stack trace wherever NODE_ENV is `development`.
    maskedErrors: { isDev: false },
    // Documents have a cache of their own; what validation found out about one is kept as long as it.
    parserAndValidationCache: { documentCache: NO_CACHE, errorCache: NO_CACHE },
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
