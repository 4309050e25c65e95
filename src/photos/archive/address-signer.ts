import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/**
 * Signs addresses of archived pictures. Whoever holds a signed address can fetch that picture until
 * it expires.
 */
export interface AddressSigner {
  /** The query string of an address of the picture `name`, with its expiry rounded up to a second. */
  sign(name: string, expiresAt: Date, fileName?: string | null): string;
  /**
   * The terms that `query` proves for the picture `name`. Null if the signature is wrong or has
   * expired.
   */
  verify(name: string, query: URLSearchParams): AddressTerms | null;
}

/** What a signature covers beside the picture. */
export interface AddressTerms {
  readonly expiresAt: Date;
  /** The name under which a browser saves the picture; null for one made of its id. */
  readonly fileName: string | null;
}

export interface AddressSignerOptions {
  /** 32 secret bytes. They stay the same across restarts. */
  readonly signingKey: Uint8Array;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

const signedQuery = z.object({
  expires: z.string().regex(/^[1-9]\d{0,11}$/),
  /** The file name. */
  name: z
    .string()
    .regex(/^[^\n]+$/)
    .optional(),
  signature: z.string().regex(/^[\w-]{43}$/),
});

export function createAddressSigner({
  signingKey,
  now = Date.now,
}: AddressSignerOptions): AddressSigner {
  function signatureOf(name: string, expires: string, fileName: string | undefined): string {
    // No part can contain a line break. The first line prevents use of the signature for any other
    // purpose.
    const lines = ['photo-gateway archive', name, expires];
    const text = [...lines, ...(fileName === undefined ? [] : [fileName])].join('\n');
    return createHmac('sha256', signingKey).update(text).digest('base64url');
  }

  function sign(name: string, expiresAt: Date, fileName: string | null = null): string {
    const expires = String(Math.ceil(expiresAt.getTime() / 1000));
    return new URLSearchParams({
      expires,
      ...(fileName !== null && { name: fileName }),
      signature: signatureOf(name, expires, fileName ?? undefined),
    }).toString();
  }

  function verify(name: string, query: URLSearchParams): AddressTerms | null {
    const parsed = signedQuery.safeParse(Object.fromEntries(query));
    if (!parsed.success) return null;
    const { expires, name: fileName, signature } = parsed.data;
    const right = signatureOf(name, expires, fileName);
    // Both are 43 ASCII characters. `timingSafeEqual` throws if the lengths differ.
    const isRight = timingSafeEqual(Buffer.from(signature), Buffer.from(right));
    const expiresAt = new Date(Number(expires) * 1000);
    return isRight && now() < expiresAt.getTime()
      ? { expiresAt, fileName: fileName ?? null }
      : null;
  }

  return { sign, verify };
}
