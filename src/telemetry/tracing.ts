/** Attributes of a span. They never contain a secret, a token, a key, an address or the name of a file. */
export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/**
 * The headers that carry a trace from one process to the next: `traceparent` and `tracestate` (W3C Trace
 * Context).
 */
export type TraceHeaders = Readonly<Record<string, string>>;

/** A span that has begun, for work that is not one function. */
export interface OpenSpan {
  /** Null if nothing is traced. */
  readonly traceId: string | null;
  /** Runs `work` within the span. Spans that begin in it, however much later, are its children. */
  run<Result>(work: () => Result): Result;
  rename(name: string): void;
  note(attributes: Attributes): void;
  /**
   * Ends the span. Further calls do nothing.
   * @param failure the code of the error.
   * @default none: it succeeded
   */
  end(failure?: string): void;
}

/** A request from outside. */
export interface Incoming {
  /** The headers of the request, which may contain those of a trace. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Work that may add attributes to its span. */
export type Step<Result> = (span: Pick<OpenSpan, 'note'>) => Promise<Result>;

/** Assigns the gateway's work to traces. No method throws anything but what `work` throws. */
export interface Tracing {
  /** Whether spans are recorded. Check before expensive work that only tracing needs. */
  readonly enabled: boolean;
  /** Runs `work` as a span of the current trace, or as the first span of a new one. */
  span<Result>(name: string, attributes: Attributes, work: Step<Result>): Promise<Result>;
  /** The same for `work` that calls another process. */
  call<Result>(name: string, attributes: Attributes, work: Step<Result>): Promise<Result>;
  /** Begins the span that serves a request from outside, in the trace that the request names, if any. */
  begin(name: string, attributes: Attributes, incoming: Incoming): OpenSpan;
  /** The headers to send with a request to another process. Empty if there is no current trace. */
  headers(): TraceHeaders;
  /** The id of the current trace; null if there is none. */
  traceId(): string | null;
}
