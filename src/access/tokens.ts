import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { GatewayError } from '../common/errors.ts';
import { isKeyText } from '../common/key-text.ts';
import type { Log } from '../common/log.ts';
import type { AuthSession } from './access.ts';
import { createAuthSession } from './auth-session.ts';
import { createKeySetFetch, KeySetUnavailable } from './key-set-fetch.ts';
import { notChecked } from './refusals.ts';

export interface TokensOptions {
  /** Where the issuer publishes its public keys, as a JSON Web Key Set (RFC 7517, section 5). */
  readonly jwksUrl: URL;
  /** What a token's `iss` must be. */
  readonly issuer: string;
  /** What a token's `aud` must be or hold. */
  readonly audience: string;
  /** How far the issuer's clock may be from this one's. @default 30_000 */
  readonly clockToleranceMs?: number;
  /** Longest time to fetch the keys. @default 5000 */
  readonly timeoutMs?: number;
  /** For so long fetched keys are used; one that was withdrawn works no longer than that. @default 600_000 */
  readonly maxAgeMs?: number;
  /**
   * Between two fetches, however many tokens name keys that nobody knows; a new key of the issuer's is known
   * after that at the latest. @default 30_000
   */
  readonly cooldownMs?: number;
  /** Between a fetch that failed and the next. @default 5000 */
  readonly retryAfterMs?: number;
  readonly log: Pick<Log, 'error'>;
}

/** The tokens of one issuer. Disposed of, it fetches no more. */
export interface Tokens extends Disposable {
  /**
   * Lets in whom `token` names, or gives null where it is not valid.
   * @throws `UNAUTHENTICATED` where that cannot be told, since the keys cannot be had.
   */
  admit(token: string): Promise<AuthSession | null>;
}

/**
 * Signatures by a private key only. With HMAC among them, anyone could sign with the public key as the secret
 * (RFC 8725, section 2.1).
 */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/**
 * A token without an end would let its holder in for ever. `sub` is at most 255 characters in OpenID Connect, and
 * the name under which photos are a client's own.
 */
const claims = z.object({ sub: z.string().min(1).max(255).refine(isKeyText), exp: z.number() });

/** JSON Web Tokens (RFC 7519), checked as RFC 8725 advises. */
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
    const standing = {
      client: { name: `jwt:${issuer}|${sub}`, uploadsPerDay: null },
      expiresAtMs: exp * 1000 + clockToleranceMs,
    };
    return createAuthSession({ standing: () => standing });
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

  // An address that is wrong is told by the log at the start, rather than by the first client.
  void keySet.reload().catch(() => undefined);
  return { admit, [Symbol.dispose]: () => closing.abort() };
}

/** It names a key that the issuer does not have, or none where the issuer has several. */
function isFaultOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
