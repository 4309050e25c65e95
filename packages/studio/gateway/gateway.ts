import {
  createClient,
  fetchExchange,
  type AnyVariables,
  type OperationContext,
  type OperationResult,
  type OperationResultSource,
  type TypedDocumentNode,
} from '@urql/core';
import {
  DeletePhotoDocument,
  PhotoDocument,
  PhotosDocument,
  QuotaDocument,
  UploadLimitsDocument,
  UploadPhotoDocument,
  type PhotosQuery,
  type QuotaQuery,
  type UploadLimitsQuery,
  type UploadPhotoMutation,
} from '../../../schema/typed/graphql.ts';
import { failureOf, GatewayFailure, type Failure } from './failure.ts';
import { createGatewayClock, type GatewayClock } from './gateway-clock.ts';
import { failureOfRequest } from './read-failure.ts';
import type { Repair } from './repair.ts';
import { createFormSender, type FormProgress } from './send-form.ts';

/** A photo as the gateway remembers it. */
export type RememberedPhoto = PhotosQuery['photos']['edges'][number]['node'];

/** The fields that every response about a photo contains. */
export type GatewayPhoto = Omit<RememberedPhoto, 'originalUrl'>;

export interface Upload {
  readonly file: Blob;
  /** What the visitor calls it; null for nothing. */
  readonly name: string | null;
  readonly repair: Repair;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FormProgress) => void;
}

/** The page's calls to the gateway. Whatever fails rejects with a `GatewayFailure`. */
export interface Gateway {
  /** The gateway's clock, as seen by this browser. */
  readonly clock: Pick<GatewayClock, 'toLocal'>;
  /** Rejects with `AbortError` if `signal` aborted it, and the request with it. */
  upload(upload: Upload): Promise<UploadPhotoMutation['uploadPhoto']>;
  /** Photos from before, newest first, after the given cursor. */
  photos(after: string | null): Promise<PhotosQuery['photos']>;
  /** Null if the gateway does not know it. */
  photo(id: string): Promise<GatewayPhoto | null>;
  /** Deletes a photo for good. What it cost is not given back. */
  deletePhoto(id: string): Promise<void>;
  quota(): Promise<QuotaQuery['quota']>;
  /** The files that it accepts. */
  limits(): Promise<UploadLimitsQuery['uploadLimits']>;
}

export interface GatewayOptions {
  /** The GraphQL endpoint. */
  readonly url: string;
  readonly accessKey: () => string;
  /**
   * Called with the result of each call, null for success, before it settles. Not called for an
   * aborted call.
   */
  readonly onOutcome: (failure: Failure | null) => void;
}

const QUESTION_TIMEOUT_MS = 15_000;
const PAGE = 12;

export function createGateway({ url, accessKey, onOutcome }: GatewayOptions): Gateway {
  const clock = createGatewayClock();
  const client = createClient({
    url,
    exchanges: [fetchExchange],
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetch: observed(ask),
    fetchOptions: () => ({
      headers: {
        // Without it the gateway accepts no form: a page of another origin could send one without a
        // preflight.
        'GraphQL-Preflight': '1',
        ...(accessKey() !== '' && { 'X-API-Key': accessKey() }),
      },
    }),
  });

  function observed(send: typeof fetch): typeof fetch {
    return async (input, init) => {
      const response = await send(input, init);
      clock.observe(response.headers.get('Date'));
      return response;
    };
  }

  async function upload({ file, name, repair, idempotencyKey, signal, onProgress }: Upload) {
    const { type: repairType, background } = repair;
    const sendForm = createFormSender({ signal, onProgress });
    const context: Partial<OperationContext> = { fetch: observed(sendForm) };
    const variables = { file, name, repairType, background, idempotencyKey };
    const answer = client.mutation(UploadPhotoDocument, variables, context);
    return dataOf(await until(signal, answer)).uploadPhoto;
  }

  async function photos(after: string | null) {
    const answer = await client.query(PhotosDocument, { first: PAGE, after }).toPromise();
    // One address that the provider did not give leaves a null and an error. The others are worth
    // showing.
    return answer.data?.photos ?? dataOf(answer).photos;
  }

  async function deletePhoto(id: string) {
    dataOf(await client.mutation(DeletePhotoDocument, { id }).toPromise());
  }

  async function query<Data, Variables extends AnyVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    return dataOf(await client.query(document, variables).toPromise());
  }

  async function told<Answer>(asking: Promise<Answer>): Promise<Answer> {
    try {
      const answer = await asking;
      onOutcome(null);
      return answer;
    } catch (error) {
      if (!isAbort(error)) onOutcome(failureOf(error));
      throw error;
    }
  }

  return {
    clock,
    upload: (sent) => told(upload(sent)),
    photos: (after) => told(photos(after)),
    photo: async (id) => (await told(query(PhotoDocument, { id }))).photo,
    deletePhoto: (id) => told(deletePhoto(id)),
    limits: async () => (await told(query(UploadLimitsDocument, {}))).uploadLimits,
    quota: async () => (await told(query(QuotaDocument, {}))).quota,
  };
}

function ask(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const timeout = AbortSignal.timeout(QUESTION_TIMEOUT_MS);
  const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  return fetch(input, { ...init, signal });
}

/** @throws GatewayFailure */
function dataOf<Data, Variables extends AnyVariables>({
  data,
  error,
}: OperationResult<Data, Variables>): Data {
  if (error) throw new GatewayFailure(failureOfRequest(error));
  if (data === undefined) throw new TypeError('An answer came without data');
  return data;
}

/** The one result of an operation. The operation is cancelled if `signal` aborts first. */
function until<Result extends OperationResult>(
  signal: AbortSignal,
  source: OperationResultSource<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new DOMException('The upload was ended', 'AbortError'));
    function abort() {
      subscription.unsubscribe();
      reject(new DOMException('The upload was ended', 'AbortError'));
    }
    const subscription = source.subscribe((result) => {
      signal.removeEventListener('abort', abort);
      resolve(result);
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
