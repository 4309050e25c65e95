import { createHash, timingSafeEqual } from 'node:crypto';
import { Failure } from './failure.ts';

export interface TokenRules {
  readonly secretKey: string;
  /** Largest difference between a token's time and `now`, before or after, in milliseconds. */
  readonly maxAgeMs: number;
  readonly now: () => number;
}

const FORM = /^(?<digest>[0-9a-f]{32}),(?<time>\d{1,12})$/;

/**
 * Checks the header `token` according to the document's "Token" section: `md5(secret_key +
 * time),time`.
 * @throws Failure 9999 if it is missing, malformed, signed with another key, too old or too new.
 */
export function checkToken(token: unknown, { secretKey, maxAgeMs, now }: TokenRules): void {
  const { digest, time } = (typeof token === 'string' ? FORM.exec(token) : null)?.groups ?? {};
  if (digest === undefined || time === undefined) throw new Failure(9999);
  const expected = createHash('md5').update(`${secretKey}${time}`).digest('hex');
  if (!timingSafeEqual(Buffer.from(digest), Buffer.from(expected))) throw new Failure(9999);
  if (Math.abs(now() - Number(time) * 1000) > maxAgeMs) throw new Failure(9999);
}
