import { GatewayError } from '../../../common/errors.ts';
import { retryAfterOf } from '../../retry-after.ts';

/** A rejection that passes with time: `RATE_LIMITED`, and when to try again. */
export class TooMany extends GatewayError {
  override readonly retryAfterMs: number;

  /** @param what what there are too many of, as a whole sentence. */
  constructor(what: string, retryAfterMs: number) {
    super('RATE_LIMITED', `${what}: try again in ${retryAfterOf(retryAfterMs)} s.`, {
      retryAfterMs,
    });
    this.retryAfterMs = retryAfterMs;
  }

  /** The value of the header `Retry-After`. */
  get retryAfter(): string {
    return retryAfterOf(this.retryAfterMs);
  }
}
