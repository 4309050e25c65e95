import {
  createClient,
  fetchExchange,
  type AnyVariables,
  type OperationContext,
  type OperationResult,
  type OperationResultSource,
} from '@urql/core';
import {
  PhotoDocument,
  PhotosDocument,
  QuotaDocument,
  UploadPhotoDocument,
  type PhotosQuery,
  type QuotaQuery,
  type UploadPhotoMutation,
} from '../../../schema/typed/graphql.ts';
import { GatewayFailure } from './failure.ts';
import { createGatewayClock, type GatewayClock } from './gateway-clock.ts';
import { failureOfRequest } from './read-failure.ts';
import type { Repair } from './repair.ts';
import { createFormSender, type FormProgress } from './send-form.ts';

/** A photo as the gateway remembers it. */
export type RememberedPhoto = PhotosQuery['photos']['edges'][number]['node'];

/** What the gateway tells of a photo whenever it is asked. */
export type GatewayPhoto = Omit<RememberedPhoto, 'originalUrl'>;

export interface Upload {
  readonly file: Blob;
  readonly repair: Repair;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FormProgress) => void;
}

/** What the page asks of the gateway. Whatever cannot be had rejects with a `GatewayFailure`. */
export interface Gateway {
  /** Its clock, as this browser's sees it. */
  readonly clock: Pick<GatewayClock, 'toLocal'>;
  /** Rejects with `AbortError` where `signal` ended it. */
  upload(upload: Upload): Promise<UploadPhotoMutation['uploadPhoto']>;
  /** Photos from before, newest first, after the given cursor. */
  photos(after: string | null): Promise<PhotosQuery['photos']>;
  /** Null where the gateway does not know it. */
  photo(id: string): Promise<GatewayPhoto | null>;
  quota(): Promise<QuotaQuery['quota']>;
}

export interface GatewayOptions {
  /** The GraphQL endpoint. */
  readonly url: string;
  readonly accessKey: () => string;
}

const QUESTION_TIMEOUT_MS = 15_000;
const PAGE = 12;

export function createGateway({ url, accessKey }: GatewayOptions): Gateway {
  const clock = createGatewayClock();
  const client = createClient({
    url,
    exchanges: [fetchExchange],
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetch: observed(ask),
    fetchOptions: () => ({
      headers: {
        // Without it the gateway takes no form: a page of another origin could send one unasked.
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

  return {
    clock,
    async upload({ file, repair, idempotencyKey, signal, onProgress }) {
      const { type: repairType, background } = repair;
      const context: Partial<OperationContext> = {
        fetch: observed(createFormSender(onProgress)),
      };
      const variables = { file, repairType, background, idempotencyKey };
      const answer = client.mutation(UploadPhotoDocument, variables, context);
      return dataOf(await until(signal, answer)).uploadPhoto;
    },
    async photos(after) {
      const answer = await client.query(PhotosDocument, { first: PAGE, after }).toPromise();
      // One address that the provider did not give leaves a null and an error: the others are worth showing.
      return answer.data?.photos ?? dataOf(answer).photos;
    },
    photo: async (id) => dataOf(await client.query(PhotoDocument, { id }).toPromise()).photo,
    quota: async () => dataOf(await client.query(QuotaDocument, {}).toPromise()).quota,
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

/** The one result of an operation, which is cut where `signal` ends it first. */
function until<Result extends OperationResult>(
  signal: AbortSignal,
  source: OperationResultSource<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
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
