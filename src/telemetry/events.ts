import type { ErrorCode } from '../common/errors.ts';

/** The result of a request, an operation or an upload that succeeded. */
export type Ok = 'OK';

/**
 * The route of a request. The set is small and fixed, because it is a label of metrics; clients choose paths
 * freely.
 */
export type Route = 'graphql' | 'pages' | 'archive' | 'health' | 'ready' | 'metrics' | 'other';

/** How the results of an operation reach its client. */
export type Transport = 'http' | 'server-sent events' | 'multipart' | 'websocket' | 'callback';

/** How a GraphQL operation ended, as far as it got. */
export interface EndedOperation {
  /** Its type and the names of its root fields; empty if `type` is null. */
  readonly name: string;
  /** Null if it was rejected before its type was known. */
  readonly type: 'query' | 'mutation' | 'subscription' | null;
  /** The root fields by their names in the schema, each with its result code. Empty if `type` is null. */
  readonly fields: ReadonlyMap<string, string>;
  /** The result code of the whole operation: the code of its first error, or `OK`. */
  readonly code: string;
  /** Whether any of its resolvers ran. */
  readonly ran: boolean;
}

/** A request that has ended. Each operation over WebSocket counts as one. */
export interface EndedRequest {
  /** Null if it was rejected before it got an id. */
  readonly requestId: string | null;
  /** The trace that it belongs to; null if there is none. */
  readonly traceId: string | null;
  readonly route: Route;
  readonly transport: Transport;
  /** The HTTP status. Null over WebSocket, and if the client disconnected before the response. */
  readonly status: number | null;
  readonly durationMs: number;
  /** The client that sent it; null if it did not authenticate. */
  readonly client: string | null;
  /** Null if the request contained none. */
  readonly operation: EndedOperation | null;
  /** Whether the request was a form, as file uploads are. */
  readonly isForm: boolean;
}

/**
 * What an upload cost. `charged`: one upload was paid. `deduplicated`: an earlier upload with the same
 * idempotency key was paid, and its photo was returned. `nothing`: it failed and was not paid. `unknown`: its
 * picture was sent whole, and nobody can know.
 */
export type UploadCost = 'charged' | 'deduplicated' | 'nothing' | 'unknown';

/** An upload that has ended. */
export interface EndedUpload {
  readonly client: string;
  readonly repairType: string;
  readonly cost: UploadCost;
  /** The code of its error, or `OK`. */
  readonly code: ErrorCode | 'INTERNAL_SERVER_ERROR' | Ok;
  readonly photoId: string | null;
  /** Bytes of the file that were read from the client. */
  readonly receivedBytes: number;
  /**
   * The time from the first look at its arguments to its end. It includes waiting for a slot and for the
   * client.
   */
  readonly durationMs: number;
}

/**
 * How one attempt of a provider call ended. `ok`: it succeeded. `failed`: the provider returned an errno.
 * `unavailable`, `timeout`: there was no response. `invalid`: the response made no sense. `cut`: the gateway
 * gave up, because the call's time was over or nobody waited for it any more.
 */
export type CallOutcome = 'ok' | 'failed' | 'unavailable' | 'timeout' | 'invalid' | 'cut';

/** One attempt of a provider call, which has ended. */
export interface ProviderCall {
  readonly endpoint: string;
  readonly outcome: CallOutcome;
  /** Null if the provider gave none. */
  readonly errno: number | null;
  readonly durationMs: number;
}

/**
 * What is known about the cause of a failed provider call. It contains no token, no secret and nothing of a
 * file.
 */
export interface CallCause {
  readonly message: string;
  /** For example `ECONNREFUSED` or `DEPTH_ZERO_SELF_SIGNED_CERT`. */
  readonly code?: string;
  readonly httpStatus?: number;
  /** Scheme, host and path of the address that the provider redirected to. */
  readonly redirectsTo?: string;
  /** The beginning of a response that could not be parsed. */
  readonly excerpt?: string;
  /** Why the response could not be decoded. */
  readonly decoding?: string;
}

/** A provider call that failed after all its attempts. */
export interface FailedCall {
  readonly endpoint: string;
  readonly code: ErrorCode;
  /** Null if the provider gave none. */
  readonly errno: number | null;
  /** Null if all that is known is that there was no response. */
  readonly cause: CallCause | null;
}

/** What the poll found that first saw a photo ready. */
export interface FoundReady {
  /** The number of polls of this photo, including that one and those that failed. */
  readonly polls: number;
  /**
   * The time between the poll before and that one, in milliseconds: the photo was ready no longer than that
   * before the gateway knew.
   */
  readonly delayMs: number;
}

/** What came of an attempt to send a webhook. `retried`: it failed, and will be tried again. */
export type WebhookOutcome = 'delivered' | 'retried' | 'given_up';

export interface AttemptedWebhook {
  readonly outcome: WebhookOutcome;
  readonly durationMs: number;
}

/** Events that modules report. No method throws or changes what the module does. */
export interface Events {
  requestEnded(request: EndedRequest): void;
  subscriberJoined(transport: Transport): void;
  /** Called once for each `subscriberJoined`. */
  subscriberLeft(transport: Transport): void;
  uploadBegan(): void;
  /** Called once for each `uploadBegan`. */
  uploadEnded(upload: EndedUpload): void;
  /** A client has deleted a photo. */
  photoDeleted(): void;
  providerCalled(call: ProviderCall): void;
  /** A call failed in a way that an operator can act on. */
  providerFailed(call: FailedCall): void;
  /** The provider reported how many uploads are left. */
  quotaReported(remaining: number): void;
  /** A poll was sent for a photo that this many clients wait for. */
  polled(poll: { readonly waiters: number }): void;
  foundReady(found: FoundReady): void;
  /** The number of photos that are watched now. */
  photosWatched(count: number): void;
  webhookAttempted(webhook: AttemptedWebhook): void;
}
