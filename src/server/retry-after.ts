/** The value of the header `Retry-After` (RFC 9110, section 10.2.3): whole seconds, rounded up. */
export function retryAfterOf(retryAfterMs: number): string {
  return String(Math.ceil(retryAfterMs / 1000));
}
