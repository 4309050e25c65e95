import type { Readable } from 'node:stream';
import type { TraceHeaders } from '../telemetry/tracing.ts';
import type { EncodedForm } from './form.ts';

export interface PostRequest {
  /** Below the base URL, with its slash. */
  readonly path: string;
  readonly token: string;
  /** Sent along; see `Tracing.headers`. @default none */
  readonly traceHeaders?: TraceHeaders;
  readonly form: EncodedForm<Buffer | Readable>;
  /** Called with the status of the answer, whose body is still to come. @default nobody is told */
  readonly onHead?: ((statusCode: number) => void) | undefined;
  /** Nothing else ends the wait for an answer. */
  readonly signal: AbortSignal;
}

export interface PostResponse {
  readonly statusCode: number;
  /** The `Date` header. */
  readonly date: string | undefined;
  /** Where it sends its caller; see `redirectTarget`. */
  readonly redirectsTo: string | undefined;
  /** The `Content-Encoding` header, in which `body` still is. */
  readonly contentEncoding: string | undefined;
  readonly body: Uint8Array;
}
