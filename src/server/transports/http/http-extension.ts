import type { ExecutionResult, GraphQLError, GraphQLErrorExtensions } from 'graphql';
import { z } from 'zod';
import type { ErrorCode, GatewayError } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';
import { withExtensions } from '../../pipeline/copy-error.ts';
import type { RefusalReason, RefusedOperation } from '../../pipeline/operation-request.ts';
import { retryAfterOf } from '../../retry-after.ts';

/**
 * How an error decides the response. It is the extension `http` of the error, as Yoga defines it; no client
 * sees it.
 */
const httpExtension = z.object({
  status: z.number().optional(),
  /** Keeps 200 for `application/json`, as GraphQL over HTTP wants for an operation that was read and not run. */
  spec: z.boolean().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

/** See `httpExtension`. */
export type HttpExtension = z.infer<typeof httpExtension>;

const REFUSALS: Readonly<Record<RefusalReason, HttpExtension>> = {
  variables: { status: 400 },
  document: { status: 400, spec: true },
  operation: { status: 400 },
  method: { status: 405, headers: { Allow: 'POST' } },
  session: {},
  traffic: { status: 429 },
  ticket: { status: 403 },
  stream: { status: 406 },
  cost: { status: 400, spec: true },
  subscriptions: { status: 429 },
  failure: { status: 500 },
};

/** The result of an operation that did not run, with its status in its errors. */
export function refusedResult({ refused, errors }: RefusedOperation): ExecutionResult {
  return { errors: errors.map((error) => withHttp(error, extensionOf(refused, error))) };
}

function extensionOf(refused: RefusalReason, error: GraphQLError): HttpExtension {
  return withRetryAfter(REFUSALS[refused], error);
}

function withRetryAfter(http: HttpExtension, { extensions }: GraphQLError): HttpExtension {
  const { retryAfterMs } = extensions;
  if (typeof retryAfterMs !== 'number') return http;
  return { ...http, headers: { 'Retry-After': retryAfterOf(retryAfterMs) } };
}

const CALLBACK_STATUSES: Partial<Record<ErrorCode, number>> = {
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  GATEWAY_RESTARTING: 503,
};

/** The error of a subscription by callback that was not begun, with its status. */
export function refusedCallback(refusal: GatewayError): GraphQLError {
  const error = toGraphQLError(refusal);
  const status = CALLBACK_STATUSES[refusal.code] ?? 400;
  return withHttp(error, withRetryAfter({ status }, error));
}

/** The error with the extension that decides the response. */
export function withHttp(error: GraphQLError, http: HttpExtension): GraphQLError {
  const extensions: GraphQLErrorExtensions = { ...error.extensions };
  return withExtensions(error, Object.assign(extensions, { http }));
}

/** The error as clients see it. */
export function withoutHttp(error: GraphQLError): GraphQLError {
  const { http: _http, unexpected: _unexpected, ...extensions } = error.extensions;
  return withExtensions(error, extensions);
}

/**
 * The status of a response with these errors.
 * @param isLenient whether a type is answered with which 200 does not mean that the operation ran.
 */
export function statusOf({ errors = [], data }: ExecutionResult, isLenient: boolean): number {
  const decided = errors.flatMap((error) => {
    const { status, spec } = httpOf(error);
    return status === undefined || (isLenient && spec === true) ? [] : status;
  });
  if (decided.length > 0) return Math.max(...decided);
  const isFailure = errors.some(({ extensions }) => extensions['unexpected'] === true);
  return isFailure && data === undefined ? 500 : 200;
}

/** The headers that the response to an error has. */
export function headersOf(error: GraphQLError): readonly string[] {
  return Object.entries(httpOf(error).headers ?? {}).flat();
}

function httpOf({ extensions }: GraphQLError): HttpExtension {
  return httpExtension.safeParse(extensions['http']).data ?? {};
}
