import type { ExecutionResult, GraphQLError } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';

/** What a client says, in whichever words. */
export type ClientMessage =
  | { readonly kind: 'initialise'; readonly parameters: Readonly<Record<string, unknown>> }
  | { readonly kind: 'start'; readonly id: string; readonly payload: SubscribePayload }
  | { readonly kind: 'stop'; readonly id: string }
  | { readonly kind: 'ping'; readonly payload: Readonly<Record<string, unknown>> | undefined }
  | { readonly kind: 'pong' }
  | { readonly kind: 'leave' };

/** The words of one subprotocol of GraphQL over WebSocket. What they do is in `web-socket-protocol.ts`. */
export interface Dialect {
  /** Its name in `Sec-WebSocket-Protocol`. */
  readonly subprotocol: string;
  /** Null for what is no message of a client. */
  parse(text: string): ClientMessage | null;
  /** Sent when the client is admitted. */
  readonly admitted: readonly object[];
  result(id: string, result: ExecutionResult): object;
  /** The operation did not run. */
  refused(id: string, errors: readonly GraphQLError[]): object;
  complete(id: string): object;
  /** Sent before the connection is closed for a fault of the client. Null if the close says it all. */
  fault(reason: string): object | null;
  /** Sent with each ping of WebSocket itself. Null if that is enough. */
  readonly heartbeat: object | null;
  /** Whether clients send operations before they are admitted. */
  readonly startsEarly: boolean;
  /** Whether an operation ends an earlier one with its id. Otherwise that is a fault. */
  readonly replaces: boolean;
}
