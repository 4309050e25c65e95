import { hash, randomBytes } from 'node:crypto';

/** Generates an API key: 256 random bits after a prefix that scanners for leaked secrets recognize. */
export function makeApiKey(): string {
  return `pgk_${randomBytes(32).toString('base64url')}`;
}

/**
 * The SHA-256 under which a key is stored, in hexadecimal. Slow hashes and salts protect passwords from being
 * guessed. Nobody can guess 256 random bits, and a slow hash per request would let anyone keep the gateway
 * busy.
 */
export function hashOfKey(key: string): string {
  return hash('sha256', key);
}
