import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openAccess } from '../src/access/open-access.ts';
import { createSecret } from '../src/common/secret.ts';
import { createReadableLog } from './support/access-log.ts';
import { startIssuer, type Issuer } from './support/access-issuer.ts';

/** The check of tokens of `issuer`, which may fetch new keys at any time. */
async function openFor(
  { jwksUrl, issuer, audience }: Pick<Issuer, 'jwksUrl' | 'issuer' | 'audience'>,
  timing: {
    readonly timeoutMs?: number;
    readonly cooldownMs?: number;
    readonly maxAgeMs?: number;
    readonly retryAfterMs?: number;
  } = {},
) {
  const readable = createReadableLog();
  const access = await openAccess({
    mode: 'required',
    tickets: { signingKey: randomBytes(32) },
    keysFile: null,
    tokens: { jwksUrl: new URL(jwksUrl), issuer, audience, timeoutMs: 500, ...timing },
    log: readable.log,
  });
  return {
    ...readable,
    nameOf: async (token: string) => (await access.admit(createSecret(token))).client().name,
    [Symbol.asyncDispose]: () => access[Symbol.asyncDispose](),
  };
}

const REFUSED = { code: 'UNAUTHENTICATED', retryable: false };
const UNCHECKED = { ...REFUSED, message: expect.stringContaining('could not be checked') };

describe('the keys of the issuer', () => {
  test('are fetched once for many tokens', async () => {
    await using issuer = await startIssuer();
    await using access = await openFor(issuer);
    for (const sub of ['anna', 'bert', 'anna']) {
      expect(await access.nameOf(await issuer.token({ sub }))).toBe(`jwt:${issuer.issuer}|${sub}`);
    }
    expect(issuer.fetches).toBe(1);
  });

  test('are fetched again for an unknown key, and the earlier key is no longer accepted', async () => {
    await using issuer = await startIssuer();
    await using access = await openFor(issuer, { cooldownMs: 0 });
    const before = await issuer.token();
    expect(await access.nameOf(before)).toContain('anna');
    await issuer.rotate();
    expect(await access.nameOf(await issuer.token())).toContain('anna');
    await expect(access.nameOf(before)).rejects.toMatchObject(REFUSED);
  });

  test('are fetched only at intervals, however many tokens name unknown keys', async () => {
    await using issuer = await startIssuer();
    await using access = await openFor(issuer, { cooldownMs: 600_000 });
    for (const kid of ['a', 'b', 'c']) {
      const forged = await issuer.token({}, { kid });
      await expect(access.nameOf(forged)).rejects.toMatchObject(REFUSED);
    }
    expect(await access.nameOf(await issuer.token())).toContain('anna');
    expect(issuer.fetches).toBe(1);
  });

  test.each([
    ['an error', { status: 503, body: '' }],
    ['a page', { status: 200, body: '<h1>hello</h1>' }],
    ['something else', { status: 200, body: '{"keys":{}}' }],
    ['far too much', { status: 200, body: `{"keys":[],"x":"${'x'.repeat(1_100_000)}"}` }],
  ])('let nobody in if they arrive as %s, and the log says so once', async (_what, answer) => {
    await using issuer = await startIssuer();
    issuer.answerWith(answer);
    await using access = await openFor(issuer);
    const token = await issuer.token();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(access.nameOf(token)).rejects.toMatchObject(UNCHECKED);
    }
    expect(access.lines.join('')).not.toContain(token.slice(0, 20));
    expect(access.lines.filter((line) => line.includes('JWT_JWKS_URL'))).toHaveLength(1);
    expect(issuer.fetches).toBe(1);
  });

  test('let clients in again once they can be fetched', async () => {
    await using issuer = await startIssuer();
    issuer.answerWith({ status: 500, body: '' });
    await using access = await openFor(issuer, { retryAfterMs: 0 });
    const token = await issuer.token();
    await expect(access.nameOf(token)).rejects.toMatchObject(UNCHECKED);
    issuer.answerWith(null);
    expect(await access.nameOf(token)).toContain('anna');
  });

  test('expire even while no new ones can be fetched', async () => {
    await using issuer = await startIssuer();
    await using access = await openFor(issuer, { maxAgeMs: 0, retryAfterMs: 0 });
    const token = await issuer.token();
    expect(await access.nameOf(token)).toContain('anna');
    issuer.answerWith({ status: 500, body: '' });
    await expect(access.nameOf(token)).rejects.toMatchObject(UNCHECKED);
  });

  test('let nobody in while they cannot be fetched in time', async () => {
    await using issuer = await startIssuer();
    const token = await issuer.token();
    await using unreachable = await openFor({ ...issuer, jwksUrl: 'http://127.0.0.1:1/' });
    await expect(unreachable.nameOf(token)).rejects.toMatchObject(UNCHECKED);
    issuer.hang();
    await using waiting = await openFor(issuer);
    await expect(waiting.nameOf(token)).rejects.toMatchObject(UNCHECKED);
    expect(waiting.lines.join('')).toContain('JWT_JWKS_URL cannot be read');
  });
});

test('closing aborts a fetch that hangs', async () => {
  await using issuer = await startIssuer();
  issuer.hang();
  const access = await openFor(issuer, { timeoutMs: 600_000 });
  const named = access.nameOf(await issuer.token());
  const [outcome] = await Promise.allSettled([named, access[Symbol.asyncDispose]()]);
  expect(outcome).toMatchObject({ status: 'rejected', reason: UNCHECKED });
  expect(access.lines).toEqual([]);
});
