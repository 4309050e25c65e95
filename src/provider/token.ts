import { createHash } from 'node:crypto';
import type { Secret } from '../common/secret.ts';

/**
 * Creates the `token` header of one call: `md5(secret + time),time`, with the time in whole Unix
 * seconds (docs/provider-api.md, "Token"). The provider rejects it after some minutes, so create one
 * per request.
 */
export function createToken(secretKey: Secret, unixSeconds: number): string {
  const digest = createHash('md5').update(`${secretKey.reveal()}${unixSeconds}`).digest('hex');
  return `${digest},${unixSeconds}`;
}
