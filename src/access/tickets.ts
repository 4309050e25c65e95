import { hkdfSync } from 'node:crypto';
import { z } from 'zod';

/** Lets a client that can send no header open subscriptions for a short time. */
export interface Ticket {
  readonly token: string;
  /** When it opens nothing more. What it has opened goes on. */
  readonly expiresAt: Date;
}

/** Whose session it is, as a ticket says it: the hash of an API key, or what a token says of its client. */
export type Holder = z.infer<typeof holderSchema>;

const holderSchema = z.union([
  z.object({ keyHash: z.string() }),
  z.object({ issuer: z.string(), subject: z.string(), expiresAtSeconds: z.number() }),
]);

export interface TicketsOptions {
  /** Secret bytes, the same for all gateways that accept each other's tickets, and across restarts. */
  readonly signingKey: Uint8Array;
  /** How long a ticket opens subscriptions, in milliseconds. @default 60_000 */
  readonly lifetimeMs?: number;
}

/** Issues tickets and reads them. It remembers none. The library is loaded for the first one: most gateways need none. */
export interface Tickets {
  issue(holder: Holder): Promise<Ticket>;
  /** Null if `token` is no ticket of this key, or has expired. */
  holderOf(token: string): Promise<Holder | null>;
}

/** No other use of the signing key has it. */
const PURPOSE = 'photo-gateway event source ticket';

/** A key of its own is no bound on the number of tickets, as it would be with AES-GCM and random nonces. */
const ENCRYPTION = 'A256CBC-HS512';

/**
 * Tickets are encrypted and authenticated (JWE, RFC 7516): addresses end in the logs of proxies, and a `sub`
 * may be somebody's name.
 */
export function createTickets({ signingKey, lifetimeMs = 60_000 }: TicketsOptions): Tickets {
  const key = new Uint8Array(hkdfSync('sha512', signingKey, '', PURPOSE, 64));

  async function issue(holder: Holder): Promise<Ticket> {
    const expiresAtSeconds = Math.floor((Date.now() + lifetimeMs) / 1000);
    const { EncryptJWT } = await import('jose');
    const token = await new EncryptJWT({ holder })
      .setProtectedHeader({ alg: 'dir', enc: ENCRYPTION })
      .setExpirationTime(expiresAtSeconds)
      .encrypt(key);
    return { token, expiresAt: new Date(expiresAtSeconds * 1000) };
  }

  async function holderOf(token: string): Promise<Holder | null> {
    const { errors, jwtDecrypt } = await import('jose');
    try {
      const { payload } = await jwtDecrypt(token, key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: [ENCRYPTION],
        requiredClaims: ['exp'],
      });
      return holderSchema.safeParse(payload['holder']).data ?? null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  return { issue, holderOf };
}
