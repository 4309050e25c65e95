import { OperationTypeNode, type ExecutionResult, type GraphQLError } from 'graphql';
import { andThen, type Awaitable } from '../../../common/awaitable.ts';
import { GatewayError } from '../../../common/errors.ts';
import type { Transport } from '../../../telemetry/events.ts';
import type { AdmittedClient } from '../../admission/authenticator.ts';
import { idempotencyKeyOf } from '../../pipeline/idempotency-key.ts';
import type { Outcome, Pipeline } from '../../pipeline/pipeline.ts';
import { noteFailure } from '../../pipeline/record/operation-record.ts';
import { withRefusedCharge } from '../../pipeline/upload-charge.ts';
import { isMultipart } from '../bodies/media-type.ts';
import { RefusedRequest } from '../bodies/refused-request.ts';
import type { Callbacks } from '../callbacks/callbacks.ts';
import { JSON_TYPE, STREAM_TYPE, type AcceptedTypes, type StreamType } from './accept.ts';
import { answerWith, answerWithEvents, type Answer } from './answer.ts';
import { clientSignal } from './client-signal.ts';
import type { Exchange } from './exchange.ts';
import { refusedCallback, refusedResult } from './http-extension.ts';
import type { OperationParameters } from './parameters.ts';

/** The results of a subscription, or the only result. The status is in its errors. */
export type HttpResult = ExecutionResult | AsyncIterable<ExecutionResult>;

/**
 * Rejects a request with 406 before it is read if its response cannot have a type that the client accepts.
 * Otherwise an upload would be charged and the client would never learn of its photo. An operation that has
 * run is always answered, as JSON or as an event stream.
 * @throws RefusedRequest
 */
export function checkAcceptable({ ofResult }: AcceptedTypes): void {
  if (ofResult === null) throw new RefusedRequest(406, 'BAD_USER_INPUT', NOT_ACCEPTABLE);
}

const NOT_ACCEPTABLE =
  'The answer comes as application/graphql-response+json, application/json, text/event-stream or multipart/mixed: name one of them in Accept.';

export interface RunOperationOptions {
  readonly pipeline: Pipeline;
  /** Null if the gateway calls no router back. */
  readonly callbacks: Callbacks | null;
}

/** Runs the operation of a request in the pipeline. */
export function runOperation(
  { pipeline, callbacks }: RunOperationOptions,
  exchange: Exchange,
  client: AdmittedClient,
  { query, operationName, variables, extensions }: OperationParameters,
  { stream, callback }: AcceptedTypes,
): Awaitable<HttpResult> {
  const { req, res, requestId, record } = exchange;
  const asked = callback && req.method === 'POST' ? extensions?.['subscription'] : undefined;
  const isCalledBack = callbacks !== null && asked !== undefined;
  const request = {
    requestId,
    query,
    operationName,
    variables,
    client,
    record,
    isForm: isMultipart(req.headers),
    isSafe: req.method === 'GET',
    streamTransport: isCalledBack ? ('callback' as const) : transportOf(stream),
    tellsSessionEnd: true,
    idempotencyKey: () => idempotencyKeyOf(req.headers),
    signal: clientSignal(res),
  };
  const prepared = pipeline.prepare(request);
  if ('refused' in prepared) return refusedResult(prepared);
  const isSubscription = prepared.operation.type === OperationTypeNode.SUBSCRIPTION;
  if (!isCalledBack || !isSubscription) return andThen(pipeline.run(request, prepared), resultOf);
  return callBack(callbacks, asked, () => pipeline.run(request, prepared)).catch(
    (error: unknown) => {
      if (!(error instanceof GatewayError)) throw error;
      return rejectedResult(exchange, [refusedCallback(error)], query);
    },
  );
}

/** Runs a subscription whose results go to the address that its client named. */
async function callBack(
  callbacks: Callbacks,
  asked: unknown,
  run: () => Awaitable<Outcome>,
): Promise<HttpResult> {
  const target = callbacks.readTarget(asked);
  const outcome = await run();
  if (!('results' in outcome)) return resultOf(outcome);
  await callbacks.open(target, outcome.results);
  return { data: null };
}

function resultOf(outcome: Outcome): HttpResult {
  if ('refused' in outcome) return refusedResult(outcome);
  return 'results' in outcome ? outcome.results : outcome.result;
}

/** The result of a request that was rejected before its operation reached the pipeline. */
export function rejectedResult(
  { req, record }: Exchange,
  errors: readonly GraphQLError[],
  query: unknown,
): ExecutionResult {
  noteFailure(record, errors, 'GRAPHQL_REQUEST_FAILED');
  return { errors: withRefusedCharge({ isForm: isMultipart(req.headers), query }, errors) };
}

/** The response with a result, in a type that the client accepts. */
export function answerTo({ record }: Exchange, types: AcceptedTypes, result: HttpResult): Answer {
  // Without a type for it, the pipeline refuses a stream.
  if (isStream(result)) return answerWithEvents(result, types.stream ?? STREAM_TYPE);
  const isSubscription = record.operation?.type === OperationTypeNode.SUBSCRIPTION;
  return answerWith(result, isSubscription ? types.ofRefusedStream : (types.ofResult ?? JSON_TYPE));
}

function transportOf(stream: StreamType | null): Transport | null {
  if (stream === null) return null;
  return stream === STREAM_TYPE ? 'server-sent events' : 'multipart';
}

function isStream(result: HttpResult): result is AsyncIterable<ExecutionResult> {
  return Symbol.asyncIterator in result;
}
