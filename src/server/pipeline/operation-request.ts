import type { GraphQLError } from 'graphql';
import type { Transport } from '../../telemetry/events.ts';
import type { AdmittedClient } from '../admission/authenticator.ts';
import type { OperationRecord } from './record/operation-record.ts';

/** An operation as a transport hands it over. */
export interface OperationRequest {
  /** Identifies the operation in the log and in masked errors. */
  readonly requestId: string;
  /** The text of the document. */
  readonly query: string;
  /** Null or left out if the document has only one operation. */
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly client: AdmittedClient;
  readonly record: OperationRecord;
  /** Whether the request is a form, as uploads are. */
  readonly isForm: boolean;
  /** Whether the request must change nothing, as a GET. */
  readonly isSafe: boolean;
  /** How a stream of results would go to the client. Null if it can take none. */
  readonly streamTransport: Transport | null;
  /** Whether a stream is told that the session of its client has ended. Else the transport ends it. */
  readonly tellsSessionEnd: boolean;
  /**
   * The idempotency key that was sent outside the operation. Null if there is none.
   * @throws `BAD_USER_INPUT` if it is malformed.
   */
  readonly idempotencyKey: () => string | null;
  /** Aborts when the client disconnects. Undefined if the transport does not tell. */
  readonly signal: () => AbortSignal | undefined;
  /** Called once when the stream has ended, if the operation opened one. */
  readonly onStreamEnd?: () => void;
}

/**
 * Why an operation did not run. `variables`: they are too large. `document`: it cannot be parsed, is not
 * valid, or may not run. `operation`: the document has no such operation. `method`: the request must change
 * nothing. `session`: the client's session has ended. `traffic`: there are too many operations. `ticket`: the client was admitted by a ticket, which is for other operations. `stream`: the client cannot take a stream. `cost`: it
 * is too expensive. `subscriptions`: the client has too many. `failure`:
 * the gateway itself failed.
 */
export type RefusalReason =
  | 'variables'
  | 'document'
  | 'operation'
  | 'method'
  | 'session'
  | 'traffic'
  | 'ticket'
  | 'stream'
  | 'cost'
  | 'subscriptions'
  | 'failure';

/** An operation that did not run. */
export interface RefusedOperation {
  readonly refused: RefusalReason;
  readonly errors: readonly GraphQLError[];
}
