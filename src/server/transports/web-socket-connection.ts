import type { ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import type { Secret } from '../../common/secret.ts';
import type { Incoming } from '../../telemetry/tracing.ts';
import type { AdmittedClient, Sender } from '../admission/authenticator.ts';

/** A connection. It lasts long, so nothing else of the request that opened it is kept. */
export interface Connection {
  readonly socket: WebSocket;
  readonly sender: Sender;
  /** The credential in the headers of that request. */
  readonly credential: Secret | null;
  readonly trace: Incoming;
  /** Null until it has authenticated. */
  client: AdmittedClient | null;
  /** Closes the connection when the session of its client ends. Null until it has authenticated. */
  sessionWatch: Disposable | null;
  /** Closes the connection unless its first message comes in time. Null once that has come. */
  initTimer: NodeJS.Timeout | null;
  /** The operations that have not ended, by the id that the client gave them. */
  readonly running: Map<string, RunningOperation>;
}

export interface RunningOperation {
  /** Null until it has results, and if it has only one. */
  results: AsyncIterator<ExecutionResult> | null;
}
