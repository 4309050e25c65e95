import type { Readable } from 'node:stream';
import type { TraceHeaders } from '../telemetry/tracing.ts';
import type { EncodedForm } from './form.ts';

export interface PostRequest {
  /** The path below the base URL, with its leading slash. */
  readonly path: string;
  readonly token: string;
  /** Headers of the trace; see `Tracing.headers`. @default none */
  readonly traceHeaders?: TraceHeaders;
  readonly form: EncodedForm<Buffer | Readable>;
  /** Called with the status of the answer, before its body arrives. @default none */
  readonly onHead?: ((statusCode: number) => void) | undefined;
  /** Ends the wait for an answer. */
  readonly signal: AbortSignal;
  /** The longest wait for the answer, complete. @default no limit but `signal` */
  readonly timeoutMs?: number | undefined;
}

export interface PostResponse {
  readonly statusCode: number;
  /** The `Date` header. */
  readonly date: string | undefined;
  /** The target of a redirect; see `redirectTarget`. */
  readonly redirectsTo: string | undefined;
  /** The `Content-Encoding` header. `body` is not decoded yet. */
  readonly contentEncoding: string | undefined;
  readonly body: Uint8Array;
}
