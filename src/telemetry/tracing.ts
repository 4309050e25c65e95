/** What a span says about itself: never a secret, a token, a key, an address or the name of a file. */
export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The headers that carry a trace from one process to the next: `traceparent`, `tracestate` (W3C Trace Context). */
export type TraceHeaders = Readonly<Record<string, string>>;

/** A step of a trace that has begun, for work that is no single function. */
export interface OpenSpan {
  /** Null where nothing is traced. */
  readonly traceId: string | null;
  /** Runs `work` within it: spans that begin in there, however much later, are its children. */
  run<Result>(work: () => Result): Result;
  rename(name: string): void;
  note(attributes: Attributes): void;
  /** Ends it; a second time does nothing. @param failure the code of what went wrong. @default nothing did */
  end(failure?: string): void;
}

/** What came with a request from outside. */
export interface Incoming {
  /** The headers of the request, among which those of its trace may be. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Work that may say something about its span. */
export type Step<Result> = (span: Pick<OpenSpan, 'note'>) => Promise<Result>;

/** What of the gateway's work belongs to which request. Nothing here throws what `work` does not. */
export interface Tracing {
  /** Whether spans are kept at all, for what is too dear to be done in vain. */
  readonly enabled: boolean;
  /** Runs `work` as a step of the trace that is under way, or as the first one of a new trace. */
  span<Result>(name: string, attributes: Attributes, work: Step<Result>): Promise<Result>;
  /** Runs `work`, which asks another process, as such a step. */
  call<Result>(name: string, attributes: Attributes, work: Step<Result>): Promise<Result>;
  /** Begins the step that answers a request from outside, in the trace that the request names, if any. */
  begin(name: string, attributes: Attributes, incoming: Incoming): OpenSpan;
  /** What to send along with a request to another process; nothing where there is no trace under way. */
  headers(): TraceHeaders;
  /** Of the trace that is under way; null where there is none. */
  traceId(): string | null;
}
