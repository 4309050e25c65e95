import type { Log } from '../../../common/log.ts';
import type { NamedDocuments } from '../../pipeline/documents/named-documents.ts';
import type { DrainBounds } from '../bodies/drain-body.ts';
import type { JsonBodyLimits } from '../bodies/json-body.ts';
import type { MultipartUploadsOptions } from '../uploads/use-multipart-uploads.ts';
import { createAdmitOperation, type AdmitOperationOptions } from './admit-operation.ts';
import { createGraphQLRoute, type GraphQLRoute } from './graphql-route.ts';
import { createPlainJson } from './plain-json.ts';
import type { RunOperationOptions } from './run-operation.ts';
import { createSendAnswer } from './send-answer.ts';
import { createSendEvents } from './send-events.ts';
import { loadYoga } from './yoga/load-yoga.ts';

export interface GraphQLOverHttpOptions extends AdmitOperationOptions, RunOperationOptions {
  /** Documents that clients may name by id. Null if there are none. */
  readonly named: NamedDocuments;
  readonly uploads: MultipartUploadsOptions;
  readonly json?: Partial<JsonBodyLimits>;
  /** How much of a body that nobody needs is read. */
  readonly drain?: Partial<DrainBounds>;
  readonly corsOrigins: readonly string[];
  /** The time between two comments that keep a stream of events alive. @default 12_000 */
  readonly pingIntervalMs?: number;
  /** The time between two heartbeats of Apollo's multipart protocol. @default 10_000 */
  readonly heartbeatIntervalMs?: number;
  /** Whether JSON by POST is answered without Yoga. @default true */
  readonly plainJson?: boolean;
  readonly log: Log;
}

/** The size is more than any GraphQL document with its variables needs. */
const JSON_LIMITS: JsonBodyLimits = { maxBytes: 262_144, timeoutMs: 15_000 };

/** GraphQL over HTTP, with forms, server-sent events and multipart subscriptions, on a pipeline. */
export function createGraphQLOverHttp(options: GraphQLOverHttpOptions): GraphQLRoute {
  const { uploads, pingIntervalMs = 12_000, heartbeatIntervalMs = 10_000 } = options;
  const json = { ...JSON_LIMITS, ...options.json };
  const yoga = loadYoga({ ...options, json });
  const plainJson = createPlainJson({ ...options, limits: json });
  return createGraphQLRoute({
    admit: createAdmitOperation(options),
    plainJson: options.plainJson === false ? yoga : plainJson,
    yoga,
    send: createSendAnswer({
      drain: {
        maxBytes: uploads.maxFileSizeBytes + json.maxBytes,
        timeoutMs: 10_000,
        idleTimeoutMs: 500,
        ...options.drain,
      },
      sendEvents: createSendEvents({ pingIntervalMs, heartbeatIntervalMs }),
    }),
    log: options.log,
  });
}
