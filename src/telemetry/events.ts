import type { ErrorCode } from '../common/errors.ts';

/** What a request, an operation or an upload ended with, where it ended well. */
export type Ok = 'OK';

/** What a request went to. Few and fixed, as labels have to be: a path is the client's to choose. */
export type Route = 'graphql' | 'pages' | 'archive' | 'health' | 'ready' | 'metrics' | 'other';

/** How the results of an operation reach its client. */
export type Transport = 'http' | 'server-sent events' | 'websocket';

/** How one GraphQL operation ended, as far as it came. */
export interface EndedOperation {
  /** Null where it was refused before it was known what it is. */
  readonly type: 'query' | 'mutation' | 'subscription' | null;
  /** The fields at its root by their names in the schema, each with what it ended with; none where `type` is null. */
  readonly fields: ReadonlyMap<string, string>;
  /** What it ended with as a whole: its first error's code, or `OK`. */
  readonly code: string;
  /** Whether any of its resolvers ran. */
  readonly ran: boolean;
}

/** A request that is over. An operation over WebSocket counts as one. */
export interface EndedRequest {
  /** Null where it was refused before it got one. */
  readonly requestId: string | null;
  /** Of the trace that it belongs to; null where there is none. */
  readonly traceId: string | null;
  readonly route: Route;
  readonly transport: Transport;
  /** The HTTP status; null over WebSocket, and where the client left before its answer. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Whose it was; null where that was not found out. */
  readonly client: string | null;
  /** Null where the request brought none. */
  readonly operation: EndedOperation | null;
  /** Whether it came as a form, as files do. */
  readonly isForm: boolean;
}

/**
 * What an upload cost. `charged`: one was paid. `deduplicated`: an earlier one with its idempotency key was
 * paid, and stands. `nothing`: it failed and is not paid. `unknown`: its picture went out whole and nobody
 * can know.
 */
export type UploadCost = 'charged' | 'deduplicated' | 'nothing' | 'unknown';

/** An upload that is over. */
export interface EndedUpload {
  readonly client: string;
  readonly repairType: string;
  readonly cost: UploadCost;
  /** What it failed with, or `OK`. */
  readonly code: ErrorCode | 'INTERNAL_SERVER_ERROR' | Ok;
  readonly photoId: string | null;
  /** Bytes of the file that were read from the client. */
  readonly receivedBytes: number;
  /** From the first look at its arguments to its end: waiting for a place and for the client included. */
  readonly durationMs: number;
}

/**
 * How one attempt of a call to the provider ended. `ok`, and `failed` with an errno; no answer: `unavailable`,
 * `timeout`; one that makes no sense: `invalid`. `cut`: given up by us, as its time was over or nobody waited
 * for it any more.
 */
export type CallOutcome = 'ok' | 'failed' | 'unavailable' | 'timeout' | 'invalid' | 'cut';

/** One attempt of a call to the provider, which is over. */
export interface ProviderCall {
  readonly endpoint: string;
  readonly outcome: CallOutcome;
  /** Null where the provider gave none. */
  readonly errno: number | null;
  readonly durationMs: number;
}

/** What is known of why a call to the provider failed; no token, no secret and nothing of a file stands in it. */
export interface CallCause {
  readonly message: string;
  /** Such as `ECONNREFUSED` or `DEPTH_ZERO_SELF_SIGNED_CERT`. */
  readonly code?: string;
  readonly httpStatus?: number;
  /** Scheme, host and path of the address that it was sent to. */
  readonly redirectsTo?: string;
  /** How the answer begins that could not be read. */
  readonly excerpt?: string;
  /** Why the answer could not be decoded. */
  readonly decoding?: string;
}

/** A call to the provider that failed in the end, with all its attempts. */
export interface FailedCall {
  readonly endpoint: string;
  readonly code: ErrorCode;
  /** Null where the provider gave none. */
  readonly errno: number | null;
  /** Null where it is only known that no answer came. */
  readonly cause: CallCause | null;
}

/** What was found out by the poll that saw a photo ready. */
export interface FoundReady {
  /** Polls of this photo, that one and those that failed included. */
  readonly polls: number;
  /** The time between the poll before and that one: the photo was ready for no longer before it was known. */
  readonly delayMs: number;
}

/** What the rooms tell of what they do. No method throws, and none changes what they do. */
export interface Events {
  requestEnded(request: EndedRequest): void;
  subscriberJoined(transport: Transport): void;
  /** Once for each that joined. */
  subscriberLeft(transport: Transport): void;
  uploadBegan(): void;
  /** Once for each that began. */
  uploadEnded(upload: EndedUpload): void;
  providerCalled(call: ProviderCall): void;
  /** A call failed in a way that an operator can do something about. */
  providerFailed(call: FailedCall): void;
  /** The provider has said how many uploads are left. */
  quotaHeard(remaining: number): void;
  /** A poll is sent for a photo that so many clients wait for. */
  polled(poll: { readonly waiters: number }): void;
  foundReady(found: FoundReady): void;
  /** So many photos are watched now. */
  photosWatched(count: number): void;
}
