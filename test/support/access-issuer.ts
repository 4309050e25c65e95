import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { listen } from './listen.ts';

/** A token issuer that publishes its public keys on loopback. */
export interface Issuer extends AsyncDisposable {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** The settings that make a gateway accept its tokens. */
  readonly env: Readonly<Record<string, string>>;
  /** The key that it publishes now. */
  publicKey(): JWK;
  /** How often its keys were fetched. */
  readonly fetches: number;
  /**
   * A token of `anna` for an hour, except for what `claims` say. It is signed by the key of
   * `header`'s `kid`.
   */
  token(
    claims?: Readonly<Record<string, unknown>>,
    header?: { readonly kid?: string },
  ): Promise<string>;
  /** Creates a new key, and publishes it alone. */
  rotate(): Promise<void>;
  /** Makes it accept requests without a response. */
  hang(): void;
  /** Its response instead of its keys; null for the keys. */
  answerWith(answer: { readonly status: number; readonly body: string } | null): void;
}

export const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

export async function startIssuer(): Promise<Issuer> {
  const issuer = 'https://login.example.com/';
  const audience = 'photo-gateway';
  let current = await makeKey(1);
  let rotations = 1;
  let fetches = 0;
  let hanging = false;
  let instead: { readonly status: number; readonly body: string } | null = null;

  const server = createServer((_req, res) => {
    fetches += 1;
    if (hanging) return;
    res.statusCode = instead?.status ?? 200;
    res.end(instead?.body ?? JSON.stringify({ keys: [current.jwk] }));
  });
  const listening = await listen(server);
  const jwksUrl = `${listening.url}/jwks.json`;
  return {
    ...listening,
    jwksUrl,
    issuer,
    audience,
    env: { JWT_JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience },
    publicKey: () => current.jwk,
    get fetches() {
      return fetches;
    },
    token: (claims = {}, header = {}) =>
      new SignJWT({
        iss: issuer,
        aud: audience,
        sub: 'anna',
        exp: secondsFromNow(3600),
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: current.kid, ...header })
        .sign(current.privateKey),
    async rotate() {
      rotations += 1;
      current = await makeKey(rotations);
    },
    hang: () => void (hanging = true),
    answerWith: (answer) => (instead = answer),
  };
}

async function makeKey(count: number) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const kid = `key-${count}`;
  return {
    kid,
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
  };
}
