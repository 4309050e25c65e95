import { createHash, randomBytes } from 'node:crypto';

/** Makes a key: 256 random bits, behind a prefix by which scanners for leaked secrets can know it. */
export function makeApiKey(): string {
  return `pgk_${randomBytes(32).toString('base64url')}`;
}

/**
 * The SHA-256 by which a key is kept, in hexadecimal. Slow hashes and salts keep passwords from being guessed;
 * nobody guesses 256 random bits, and a slow hash on each request would let anyone keep the gateway busy.
 */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
