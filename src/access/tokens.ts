import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { GatewayError } from '../common/errors.ts';
import { isKeyText } from '../common/key-text.ts';
import type { Log } from '../common/log.ts';
import type { AuthSession } from './access.ts';
import { createAuthSession } from './auth-session.ts';
import { createKeySetFetch, KeySetUnavailable } from './key-set-fetch.ts';
import { notChecked } from './refusals.ts';
import type { Holder } from './tickets.ts';

export interface TokensOptions {
  /** Where the issuer publishes its public keys, as a JSON Web Key Set (RFC 7517, section 5). */
  readonly jwksUrl: URL;
  /** The required `iss` of a token. */
  readonly issuer: string;
  /** The required `aud` of a token: equal to it, or in its list. */
  readonly audience: string;
  /** How far the issuer's clock may differ from this one, in milliseconds. @default 30_000 */
  readonly clockToleranceMs?: number;
  /** The longest time to fetch the keys, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /**
   * How long fetched keys are used, in milliseconds. A withdrawn key works no longer than this.
   * @default 600_000
   */
  readonly maxAgeMs?: number;
  /**
   * The time between two fetches, in milliseconds, however many tokens name unknown keys. A new key of the
   * issuer is known after this time at the latest.
   * @default 30_000
   */
  readonly cooldownMs?: number;
  /** The time between a failed fetch and the next, in milliseconds. @default 5000 */
  readonly retryAfterMs?: number;
  readonly log: Pick<Log, 'error'>;
}

/** What a ticket says of the holder of a token. */
export type TokenHolder = Extract<Holder, { readonly subject: string }>;

/** Checks the tokens of one issuer. Disposing it stops all fetches. */
export interface Tokens extends Disposable {
  /**
   * Returns the session of the client that `token` names, or null if the token is not valid.
   * @throws `UNAUTHENTICATED` if it cannot be checked because the keys are unavailable.
   */
  admit(token: string): Promise<AuthSession | null>;
  /** The session of the holder of a token that was admitted before. Null if its issuer is another now. */
  admitHolder(holder: TokenHolder): AuthSession | null;
}

/**
 * Only signatures by a private key. If HMAC were allowed, anyone could sign with the public key as the secret
 * (RFC 8725, section 2.1).
 */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/**
 * `exp` is required: a token that never expires would admit its holder for ever. `sub` has at most 255
 * characters in OpenID Connect. It is part of the name that owns a client's photos.
 */
const claims = z.object({ sub: z.string().min(1).max(255).refine(isKeyText), exp: z.number() });

/** Checks JSON Web Tokens (RFC 7519) as RFC 8725 advises. */
export function createTokens(options: TokensOptions): Tokens {
  const { issuer, audience, clockToleranceMs = 30_000, retryAfterMs = 5000, log } = options;
  const closing = new AbortController();
  const keySet = createRemoteJWKSet(options.jwksUrl, {
    timeoutDuration: options.timeoutMs ?? 5000,
    cacheMaxAge: options.maxAgeMs ?? 600_000,
    cooldownDuration: options.cooldownMs ?? 30_000,
    [customFetch]: createKeySetFetch({ retryAfterMs, closing: closing.signal, log }),
  });

  const report = (error: unknown) =>
    log.error({ err: error }, 'A key of JWT_JWKS_URL cannot be used: its tokens are refused');

  const keyOf: JWTVerifyGetKey = async (header, token) => {
    try {
      return await keySet(header, token);
    } catch (error) {
      if (isFaultOfToken(error)) throw error;
      if (!(error instanceof KeySetUnavailable)) report(error);
      throw notChecked();
    }
  };

  async function admit(token: string): Promise<AuthSession | null> {
    const parsed = claims.safeParse(await verified(token));
    if (!parsed.success) return null;
    const { sub, exp } = parsed.data;
    return sessionOf({ issuer, subject: sub, expiresAtSeconds: exp });
  }

  function sessionOf(holder: TokenHolder): AuthSession {
    const entitlement = {
      client: { name: `jwt:${issuer}|${holder.subject}`, uploadsPerDay: null },
      expiresAtMs: holder.expiresAtSeconds * 1000 + clockToleranceMs,
    };
    return createAuthSession({ holder, entitlement: () => entitlement });
  }

  async function verified(token: string): Promise<unknown> {
    const clockTolerance = clockToleranceMs / 1000;
    const checks = { algorithms: ALGORITHMS, issuer, audience, clockTolerance };
    try {
      return (await jwtVerify(token, keyOf, checks)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      if (error instanceof GatewayError) throw error;
      report(error);
      throw notChecked();
    }
  }

  // The keys are fetched once at the start, so that the log shows a wrong address then, and not only when the
  // first client comes.
  void keySet.reload().catch(() => undefined);
  return {
    admit,
    admitHolder: (holder) => (holder.issuer === issuer ? sessionOf(holder) : null),
    [Symbol.dispose]: () => closing.abort(),
  };
}

/**
 * Whether the token names a key that the issuer does not have, or names none although the issuer has several.
 */
function isFaultOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
