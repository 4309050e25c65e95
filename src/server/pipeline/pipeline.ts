import {
  createSourceEventStream,
  execute,
  getVariableValues,
  OperationTypeNode,
  type GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { andThen, orElse, type Awaitable } from '../../common/awaitable.ts';
import type { Log } from '../../common/log.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import type { Photos } from '../../photos/photos.ts';
import type { Principal } from '../../photos/principal.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { ConcurrencyLimiter } from '../../common/concurrency-limiter.ts';
import {
  operationNamed,
  type AnalysedDocument,
  type AnalysedOperation,
} from './documents/analyse-document.ts';
import { createDocuments } from './documents/documents.ts';
import type { TrustedDocuments } from './documents/trusted-documents.ts';
import { checkVariables } from './limits/check-variables.ts';
import { limitOf, overLimit } from './limits/operation-limits.ts';
import { withInputErrors } from './input-errors.ts';
import type { OperationRequest, RefusalReason, RefusedOperation } from './operation-request.ts';
import { presentError } from './present-error.ts';
import { createPresentResult } from './present-result.ts';
import { noteOperation, noteResult } from './record/operation-record.ts';
import {
  noOperation,
  notForTicket,
  notSafe,
  streamNotTaken,
  tooManySubscriptions,
} from './refusals.ts';
import { refuse } from './refuse.ts';
import { Subscription } from './subscription.ts';

/** An operation that may run. */
export interface PreparedOperation {
  readonly document: AnalysedDocument;
  readonly operation: AnalysedOperation;
  readonly principal: Principal;
}

/** What an operation returned: a result, a stream of results, or nothing because it did not run. */
export type Outcome =
  | RefusedOperation
  | { readonly result: ExecutionResult }
  | { readonly results: AsyncIterableIterator<ExecutionResult> };

/**
 * The way of every operation, whichever transport it came by. What happens is noted in the request's record;
 * no method throws.
 */
export interface Pipeline {
  readonly schema: GraphQLSchema;
  /** Parses and validates the document of `request`, once for all requests that bring it. */
  prepare(request: OperationRequest): PreparedOperation | RefusedOperation;
  /** Prices and runs an operation that `prepare` let pass. */
  run(request: OperationRequest, prepared: PreparedOperation): Awaitable<Outcome>;
}

export interface PipelineOptions {
  readonly schema: GraphQLSchema;
  readonly photos: Photos;
  /** Limits the subscriptions of each client. */
  readonly subscriptions: ConcurrencyLimiter;
  /** Documents that clients may name by id. Null if there are none. */
  readonly trusted: TrustedDocuments | null;
  /** Whether any other document is rejected. */
  readonly trustedOnly: boolean;
  /** Whether clients may introspect the schema. */
  readonly introspection: boolean;
  readonly telemetry: Pick<Telemetry, 'subscriberJoined' | 'subscriberLeft'>;
  readonly log: Log;
}

/** Without this, reporting a list of 60,000 malformed ids takes seconds. */
const ONE_ERROR = { maxErrors: 1 };

/**
 * Parse within limits, validate, authorise, price, execute, present and record. The order is fixed: what can
 * refuse an operation refuses it before a resolver runs, and so before anything is paid.
 */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { schema, photos, subscriptions, telemetry, log } = options;
  const documents = createDocuments(options);
  const present = createPresentResult(options);

  function prepare(request: OperationRequest): PreparedOperation | RefusedOperation {
    let reason: RefusalReason = 'variables';
    try {
      checkVariables(request.variables);
      reason = 'document';
      const document = documents.of(request.query);
      const operation = operationNamed(document, request.operationName);
      if (operation === null) return refuse(request, 'operation', [noOperation()]);
      if (request.isSafe && operation.type === OperationTypeNode.MUTATION) {
        return refuse(request, 'method', [notSafe()]);
      }
      if (document.errors.length > 0) {
        return refuse(request, reason, document.errors, 'GRAPHQL_VALIDATION_FAILED');
      }
      reason = 'session';
      return { document, operation, principal: request.client.principal() };
    } catch (error) {
      const stage = reason === 'session' ? 'GRAPHQL_REQUEST_FAILED' : 'GRAPHQL_PARSE_FAILED';
      return refuse(request, reason, [presentError(error, request.requestId, log)], stage);
    }
  }

  /** Why the operation may not run, or null. */
  function refusalOf(
    { client, streamTransport, variables }: OperationRequest,
    { operation }: PreparedOperation,
  ): [RefusalReason, GraphQLError] | null {
    const isStream = operation.type === OperationTypeNode.SUBSCRIPTION;
    if (client.hasTicket && !(isStream && streamTransport === 'server-sent events'))
      return ['ticket', notForTicket()];
    if (isStream && streamTransport === null) return ['stream', streamNotTaken()];
    const cost = costWith(operation, variables ?? {});
    return cost <= limitOf('cost')
      ? null
      : ['cost', overLimit('cost', String(cost), operation.node)];
  }

  /** The cost with these variables; 0 if they are malformed: execution says what is wrong with them. */
  function costWith(
    { cost, node }: AnalysedOperation,
    variables: Readonly<Record<string, unknown>>,
  ) {
    if (typeof cost === 'number' && cost <= limitOf('cost')) return cost;
    const definitions = node.variableDefinitions ?? [];
    const { coerced } = getVariableValues(schema, definitions, variables, ONE_ERROR);
    if (coerced === undefined) return 0;
    return typeof cost === 'number' ? cost : cost(coerced);
  }

  function run(request: OperationRequest, prepared: PreparedOperation): Awaitable<Outcome> {
    const { record } = request;
    const { operation, principal } = prepared;
    noteOperation(record, operation, principal.client, request.streamTransport);
    const refusal = refusalOf(request, prepared);
    if (refusal !== null) return refuse(request, refusal[0], [refusal[1]]);
    const isStream = operation.type === OperationTypeNode.SUBSCRIPTION;
    return orElse<Outcome>(
      () => (isStream ? subscribe : answer)(request, prepared),
      (error) => {
        const failure = presentError(error, request.requestId, log);
        return refuse(request, 'failure', [failure], 'GRAPHQL_REQUEST_FAILED');
      },
    );
  }

  function answer(request: OperationRequest, prepared: PreparedOperation): Awaitable<Outcome> {
    const { record } = request;
    const args = argumentsOf(request, prepared, {
      photos,
      principal: prepared.principal,
      idempotencyKey: request.idempotencyKey,
      ticket: () => request.client.ticket(),
      signal: request.signal,
    });
    const executed = record.span.run(() => execute(args));
    return andThen(executed, (result) => finish(request, prepared, result));
  }

  /** Presents and records the only result of an operation. */
  function finish(
    request: OperationRequest,
    { operation }: PreparedOperation,
    executed: ExecutionResult,
  ): Outcome {
    const result = present(withInputErrors(executed), operation, request);
    noteResult(request.record, result);
    const { data, errors } = result;
    // By GraphQL's specification, no resolver has run then.
    const isRefused = data === undefined && errors?.every(({ path }) => path === undefined);
    return isRefused === true ? { refused: 'variables', errors: errors ?? [] } : { result };
  }

  async function subscribe(
    request: OperationRequest,
    prepared: PreparedOperation,
  ): Promise<Outcome> {
    const { record, client, tellsSessionEnd } = request;
    const place = subscriptions.take(client.rateLimitKey);
    if (place === null) return refuse(request, 'subscriptions', [tooManySubscriptions()]);
    using held = new DisposableStack();
    held.use(place);
    const { principal } = prepared;
    const context = {
      photos,
      principal,
      idempotencyKey: noKey,
      ticket: noTicket,
      signal: noSignal,
    };
    const args = argumentsOf(request, prepared, context);
    const source = await record.span.run(() => createSourceEventStream(args));
    if (!isAsyncIterable(source)) return finish(request, prepared, source);
    telemetry.subscriberJoined(record.transport);
    held.move();
    // Nothing else of the request is kept: a subscription lasts long, and there are thousands.
    const { operation } = prepared;
    const { requestId, onStreamEnd } = request;
    return {
      results: new Subscription({
        source: record.span.run(() => source[Symbol.asyncIterator]()),
        args,
        present: (result) => present(result, operation, { requestId, query: '', isForm: false }),
        failure: (error) => presentError(error, requestId, log),
        record,
        session: tellsSessionEnd ? client.session : null,
        onEnd() {
          telemetry.subscriberLeft(record.transport);
          onStreamEnd?.();
          place[Symbol.dispose]();
        },
      }),
    };
  }

  function argumentsOf(
    { operationName = null, variables = null }: OperationRequest,
    { document: { document } }: PreparedOperation,
    contextValue: GraphQLContext,
  ): ExecutionArgs {
    return { schema, document, operationName, variableValues: variables, contextValue };
  }

  return { schema, prepare, run };
}

const noKey = () => null;
const noTicket = () => Promise.reject(new Error('A subscription issues no ticket'));
const noSignal = () => undefined;

function isAsyncIterable<T>(value: AsyncIterable<T> | object): value is AsyncIterable<T> {
  return Symbol.asyncIterator in value;
}
