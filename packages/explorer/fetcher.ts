import type { Fetcher } from '@graphiql/toolkit';
import { OperationTypeNode, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { Observable } from 'rxjs';
import { failure, isRecord, parseAnswer, readAnswer, statusOf } from './answer.ts';
import type { Exchanges } from './exchanges.ts';
import { headersOf } from './headers.ts';
import { INTROSPECTION, type KnownSchema } from './known-schema.ts';
import { parseDocument, selectOperation, uploadVariablesOf } from './operation.ts';
import type { Quota } from './quota.ts';
import { requestInit, type GraphQLRequest } from './request.ts';
import { subscribeOverEventStream } from './server-sent-events.ts';
import type { Session } from './session.ts';
import type { TransportChoice } from './transport.ts';
import { subscribeOverWebSocket } from './web-socket.ts';

export interface FetcherOptions {
  /** The GraphQL endpoint. */
  readonly url: string;
  /** Provides the picked files, and records which photo each became. */
  readonly session: Session;
  /** Says over which transport subscriptions run. */
  readonly transport: Pick<TransportChoice, 'store'>;
  /** Refreshed after every operation that may have cost something. */
  readonly quota: Quota;
  /** Learns whether the gateway tells its schema, and stands in for it. */
  readonly knownSchema: KnownSchema;
  /** Records what is known of each answer. */
  readonly exchanges: Exchanges;
}

/**
 * Sends GraphiQL's operations: uploads as multipart, subscriptions over the chosen transport, all
 * others as JSON. Every failure arrives as a GraphQL result. Unsubscribing (the stop button,
 * another tab) aborts the request, and with it an upload that the provider has not accepted yet.
 */
export function createFetcher(options: FetcherOptions): Fetcher {
  const { url, session, transport, quota, knownSchema, exchanges } = options;
  return (parameters, sent) => {
    const variables: unknown = parameters.variables;
    const headers: unknown = sent?.headers;
    const { query } = parameters;
    const operation = selectOperation(parseDocument(query), parameters.operationName);
    const operationName = operation?.name?.value;
    const request: GraphQLRequest = {
      query,
      variables: isRecord(variables) ? variables : {},
      ...(operationName !== undefined && { operationName }),
    };
    try {
      return run(request, operation, headersOf(headers));
    } catch (error) {
      return failure(`The headers in the editor cannot be sent (${String(error)}).`);
    }
  };

  function run(
    request: GraphQLRequest,
    operation: OperationDefinitionNode | null,
    headers: Headers,
  ): Observable<ExecutionResult> {
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) {
      const overSocket = transport.store.getState() === 'websocket';
      const subscribe = overSocket ? subscribeOverWebSocket : subscribeOverEventStream;
      return subscribe({ url, request, headers, recorder: exchanges.begin('events') });
    }
    return new Observable((subscriber) => {
      const aborting = new AbortController();
      async function respond() {
        const { signal } = aborting;
        subscriber.next(
          request.operationName === INTROSPECTION
            ? await knownSchema.settle(await introspect(request, headers, signal))
            : await answer(request, operation, headers, signal),
        );
        subscriber.complete();
      }
      void respond();
      return () => aborting.abort();
    });
  }

  async function introspect(request: GraphQLRequest, headers: Headers, signal: AbortSignal) {
    try {
      const init = requestInit(request, new Map(), headers);
      return await readAnswer(await fetch(url, { ...init, signal }));
    } catch (error) {
      return failure(String(error));
    }
  }

  async function answer(
    request: GraphQLRequest,
    operation: OperationDefinitionNode | null,
    headers: Headers,
    signal: AbortSignal,
  ): Promise<ExecutionResult> {
    const uploads = uploadVariablesOf(operation);
    const { picked } = session.store.getState();
    const missing = uploads.find(({ name, required }) => required && !picked.has(name));
    if (missing !== undefined) return failure(noFilePicked(missing.name));
    const files = new Map([...picked].filter(([name]) => uploads.some((one) => one.name === name)));
    const recorder = exchanges.begin('answer');
    try {
      const response = await fetch(url, { ...requestInit(request, files, headers), signal });
      recorder.opened(statusOf(response));
      const text = await response.text();
      recorder.answered(text);
      const result = parseAnswer(response, text);
      rememberUpload(result, files);
      // The user queried the quota. The strip must not show a different number beside it.
      if (isRecord(result.data?.['quota'])) void quota.ask(headers);
      return result;
    } catch (error) {
      recorder.answered('');
      const file = files.size > 0 ? ', and the picked file still where it was' : '';
      return failure(`The request broke off (${String(error)}). Is the gateway running${file}?`);
    } finally {
      // Also after a failure or a stop: only the account knows what that has cost.
      if (operation?.operation === OperationTypeNode.MUTATION) void quota.ask(headers);
    }
  }

  function rememberUpload({ data }: ExecutionResult, files: ReadonlyMap<string, File>) {
    const [file] = files.values();
    const photo = data?.['uploadPhoto'];
    if (file && isRecord(photo) && typeof photo['id'] === 'string') {
      session.remember(photo['id'], file);
    }
  }
}

function noFilePicked(variable: string): string {
  return (
    `No file is picked for $${variable}, so nothing was sent. ` +
    'Choose one in the strip above this answer, or drop it anywhere on the page; then run the operation ' +
    `again. Among the variables "${variable}" stays null.`
  );
}
