import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/**
 * Signs addresses of archived pictures. Whoever holds a signed address can fetch that picture until
 * it expires.
 */
export interface AddressSigner {
  /** The query string of an address that expires at `expiresAt`, rounded up to a second. */
  sign(name: string, expiresAt: Date): string;
  /**
   * The expiry time that `query` proves for the picture `name`. Null if the signature is wrong or
   * has expired.
   */
  verify(name: string, query: URLSearchParams): Date | null;
}

export interface AddressSignerOptions {
  /** 32 secret bytes. They stay the same across restarts. */
  readonly signingKey: Uint8Array;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

const signedQuery = z.object({
  expires: z.string().regex(/^[1-9]\d{0,11}$/),
  signature: z.string().regex(/^[\w-]{43}$/),
});

export function createAddressSigner({
  signingKey,
  now = Date.now,
}: AddressSignerOptions): AddressSigner {
  function signatureOf(name: string, expires: string): string {
    // Neither part can contain a line break. The first line prevents use of the signature for any
    // other purpose.
    const text = ['photo-gateway archive', name, expires].join('\n');
    return createHmac('sha256', signingKey).update(text).digest('base64url');
  }

  function sign(name: string, expiresAt: Date): string {
    const expires = String(Math.ceil(expiresAt.getTime() / 1000));
    return new URLSearchParams({ expires, signature: signatureOf(name, expires) }).toString();
  }

  function verify(name: string, query: URLSearchParams): Date | null {
    const parsed = signedQuery.safeParse(Object.fromEntries(query));
    if (!parsed.success) return null;
    const { expires, signature } = parsed.data;
    // Both are 43 ASCII characters. `timingSafeEqual` throws if the lengths differ.
    const right = timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(name, expires)));
    const expiresAt = new Date(Number(expires) * 1000);
    return right && now() < expiresAt.getTime() ? expiresAt : null;
  }

  return { sign, verify };
}
