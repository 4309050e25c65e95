import type { Fetcher } from '@graphiql/toolkit';
import { OperationTypeNode, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { Observable } from 'rxjs';
import { failure, isRecord, readAnswer } from './answer.ts';
import { subscribeToEvents } from './events.ts';
import {
  parseDocument,
  selectOperation,
  uploadVariablesOf,
  type UploadVariable,
} from './operation.ts';
import { jsonRequest, multipartRequest, type GraphQLRequest } from './request.ts';
import type { Session } from './session.ts';

export interface FetcherOptions {
  /** The GraphQL endpoint. */
  readonly url: string;
  /** Gives the picked files, and learns which photo they became. */
  readonly session: Session;
}

/**
 * Sends what GraphiQL runs: uploads as multipart, subscriptions as server-sent events, anything else as
 * JSON. Every failure arrives as a GraphQL answer. Unsubscribing (the stop button, another tab) cuts the
 * request, and with it an upload that the provider has not taken yet.
 */
export function createFetcher({ url, session }: FetcherOptions): Fetcher {
  return (parameters, options) => {
    const variables: unknown = parameters.variables;
    const headers: unknown = options?.headers;
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
      return subscribeToEvents({ url, request, headers });
    }
    const uploads = uploadVariablesOf(operation);
    return new Observable((subscriber) => {
      const aborting = new AbortController();
      async function respond() {
        subscriber.next(await answer(request, uploads, headers, aborting.signal));
        subscriber.complete();
      }
      void respond();
      return () => aborting.abort();
    });
  }

  async function answer(
    request: GraphQLRequest,
    uploads: readonly UploadVariable[],
    headers: Headers,
    signal: AbortSignal,
  ): Promise<ExecutionResult> {
    const { picked } = session.store.getState();
    const missing = uploads.find(({ name, required }) => required && !picked.has(name));
    if (missing !== undefined) return failure(noFilePicked(missing.name));
    const files = new Map([...picked].filter(([name]) => uploads.some((one) => one.name === name)));
    headers.set('Accept', 'application/graphql-response+json, application/json;q=0.9');
    try {
      const init =
        files.size > 0 ? multipartRequest(request, files, headers) : jsonRequest(request, headers);
      const result = await readAnswer(await fetch(url, { ...init, signal }));
      rememberUpload(result, files);
      return result;
    } catch (error) {
      const file = files.size > 0 ? ', and the picked file still where it was' : '';
      return failure(`The request broke off (${String(error)}). Is the gateway running${file}?`);
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

/** The headers editor holds whatever JSON a person typed; a value that is no text is sent as its JSON. */
function headersOf(given: unknown): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(isRecord(given) ? given : {})) {
    headers.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return headers;
}
