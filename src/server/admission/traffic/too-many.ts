import { GatewayError } from '../../../common/errors.ts';

/** A rejection that passes with time: `RATE_LIMITED`, and when to try again. */
export class TooMany extends GatewayError {
  override readonly retryAfterMs: number;

  /** @param what what there are too many of, as a whole sentence. */
  constructor(what: string, retryAfterMs: number) {
    const seconds = Math.ceil(retryAfterMs / 1000);
    super('RATE_LIMITED', `${what}: try again in ${seconds} s.`, { retryAfterMs });
    this.retryAfterMs = retryAfterMs;
  }

  /** The value of `Retry-After` (RFC 9110, section 10.2.3), in whole seconds. */
  get retryAfter(): string {
    return String(Math.ceil(this.retryAfterMs / 1000));
  }
}
