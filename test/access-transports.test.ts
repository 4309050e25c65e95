import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  makeKeysFile,
  startGuardedGateway,
  type GuardedGateway,
} from './support/access-gateway.ts';
import { transports, type Credentials } from './support/access-transports.ts';
import { secondsFromNow, startIssuer, type Issuer } from './support/access-issuer.ts';
import { startGateway } from './support/start-gateway.ts';

/** Makes the credentials that a client sends. */
type MakeCredentials = () => Credentials | Promise<Credentials>;

const started = new AsyncDisposableStack();
let gateway: GuardedGateway;
let issuer: Issuer;
let key: string;
let expiredKey: string;

beforeAll(async () => {
  issuer = started.use(await startIssuer());
  const keys = started.use(await makeKeysFile());
  key = await keys.add('anna', { expires: '2099-01-01' });
  expiredKey = await keys.addExpired('anna');
  gateway = started.use(await startGuardedGateway({ ...issuer.env, API_KEYS_FILE: keys.path }));
});
afterAll(() => started.disposeAsync());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The claims of a token. Anybody can make them. */
function forge(claims: JWTPayload = {}) {
  const { issuer: iss, audience: aud } = issuer;
  return { iss, aud, sub: 'anna', exp: secondsFromNow(3600), ...claims };
}

const accepted: Readonly<Record<string, MakeCredentials>> = {
  'an API key': () => ({ 'x-api-key': key }),
  'an API key as a bearer token': () => bearer(key),
  'an API key, whatever the case of the names': () => ({ Authorization: `bearer ${key}` }),
  'an API key beside another Authorization': () => ({
    'X-API-Key': key,
    authorization: 'Basic eDp5',
  }),
  'a token': async () => bearer(await issuer.token()),
  'a token for several services': async () =>
    bearer(await issuer.token({ aud: ['other', issuer.audience] })),
  'a token that has just expired, within the allowed clock skew': async () =>
    bearer(await issuer.token({ exp: secondsFromNow(-5) })),
};

const refused: Readonly<Record<string, MakeCredentials>> = {
  nothing: () => ({}),
  'an empty key': () => ({ 'x-api-key': '' }),
  'a wrong key': () => ({ 'x-api-key': `pgk_${'A'.repeat(43)}` }),
  'an expired key': () => ({ 'x-api-key': expiredKey }),
  'a key without its last character': () => bearer(key.slice(0, -1)),
  'two keys in one header': () => ({ 'x-api-key': `${key}, ${key}` }),
  'another scheme': () => ({ authorization: `Basic ${key}` }),
  'no scheme': () => ({ authorization: key }),
  'a wrong key beside a valid one': () => ({ 'x-api-key': 'wrong', ...bearer(key) }),
  'an expired token': async () => bearer(await issuer.token({ exp: secondsFromNow(-120) })),
  'a token that is not valid yet': async () =>
    bearer(await issuer.token({ nbf: secondsFromNow(120) })),
  'a token of another issuer': async () =>
    bearer(await issuer.token({ iss: 'https://evil.example.com/' })),
  'a token for another service': async () => bearer(await issuer.token({ aud: 'other' })),
  'a token without an audience': async () => bearer(await issuer.token({ sub: '' })),
  'a token that never expires': async () => bearer(await issuer.token({ exp: undefined })),
  'a token with a key that the issuer does not have': async () =>
    bearer(await issuer.token({}, { kid: 'unknown' })),
  'a token that is not signed': () => bearer(new UnsecuredJWT(forge()).encode()),
  'a token signed by HMAC with the public key': async () => {
    const { kid, n = '' } = issuer.publicKey();
    const token = new SignJWT(forge()).setProtectedHeader({ alg: 'HS256', kid: kid ?? '' });
    return bearer(await token.sign(Buffer.from(n, 'base64url')));
  },
  'a token with a forged signature': async () => {
    await using other = await startIssuer();
    return bearer(await other.token());
  },
  'a token whose claims were changed': async () => {
    const [header, , signature] = (await issuer.token()).split('.');
    const claims = Buffer.from(JSON.stringify(forge({ sub: 'bert' }))).toString('base64url');
    return bearer([header, claims, signature].join('.'));
  },
  'three words': () => bearer('no.token.really'),
};

describe.each(Object.entries(transports))('%s', (_transport, send) => {
  test.each(Object.entries(accepted))('accepts %s', async (_what, credentials) => {
    expect(await send(gateway.endpoint, await credentials())).toBe('let in');
  });

  test.each(Object.entries(refused))('refuses %s', async (_what, credentials) => {
    expect(await send(gateway.endpoint, await credentials())).toBe('refused');
  });

  test('accepts everybody with AUTH=open, and ignores keys', async () => {
    await using open = await startGateway({ AUTH: 'open' });
    expect(await send(open.endpoint, {})).toBe('let in');
    expect(await send(open.endpoint, { 'x-api-key': 'wrong' })).toBe('let in');
  });
});

test('a WebSocket accepts the names that frontends use', async () => {
  const send = transports['a WebSocket’s parameters'];
  for (const parameters of [
    { apiKey: key },
    { 'X-API-Key': key },
    { Authorization: `Bearer ${key}` },
    { authorization: `Bearer ${key}` },
    { authToken: key },
    { authToken: `Bearer ${key}` },
    { token: key },
    { headers: { 'X-API-Key': key } },
    { headers: { Authorization: `Bearer ${key}` } },
    { token: key, headers: { authorization: 'Bearer wrong' } },
  ]) {
    expect(await send(gateway.endpoint, parameters)).toBe('let in');
  }
  for (const parameters of [
    { token: 'wrong' },
    { headers: key },
    { headers: [key] },
    { auth: key },
  ]) {
    expect(await send(gateway.endpoint, parameters)).toBe('refused');
  }
});

test('a refusal does not reveal what was wrong', async () => {
  const bodies = new Set<string>();
  for (const [what, credentials] of Object.entries(refused)) {
    if (['nothing', 'an empty key', 'another scheme', 'no scheme'].includes(what)) continue;
    const response = await fetch(`${gateway.endpoint}?query={__typename}`, {
      headers: await credentials(),
    });
    bodies.add(`${response.headers.get('www-authenticate')} ${await response.text()}`);
  }
  expect(bodies.size).toBe(1);
  expect([...bodies][0]).toContain('Bearer error="invalid_token"');
});

test('the log contains no key and no token', async () => {
  for (const credentials of [...Object.values(accepted), ...Object.values(refused)]) {
    const sent = Object.values(await credentials()).flatMap((value) => value.split(/[ ,]+/));
    for (const text of sent.filter(({ length }) => length > 20)) {
      expect(gateway.lines.join('')).not.toContain(text.slice(0, 20));
    }
  }
});
