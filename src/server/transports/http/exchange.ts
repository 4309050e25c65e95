import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperationRecord } from '../../pipeline/record/operation-record.ts';

/** Header names and values, one after the other, as Node writes them. */
export type HeaderList = readonly string[];

/** A request for GraphQL and its response. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Identifies the request in the log, in the `X-Request-Id` header and in masked errors. */
  readonly requestId: string;
  /** The address of the client, as limits count it. */
  readonly address: string;
  readonly record: OperationRecord;
  /** The headers that the response has whatever it says, besides those that are set already. */
  readonly head: HeaderList;
  /** Whether the request is a HEAD, which is answered as a GET without its body. @default false */
  readonly isHead?: boolean;
}
