/** The field with a trace's id; none if there is no trace. */
export function traceOf(traceId: string | null): { readonly traceId?: string } {
  return traceId === null ? {} : { traceId };
}

/** A time with one digit behind the point: more would say nothing. */
export function roundedMs(durationMs: number): number {
  return Math.round(durationMs * 10) / 10;
}
