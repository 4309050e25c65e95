import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openAccess } from '../src/access/open-access.ts';
import { isKeyText } from '../src/common/key-text.ts';
import { createSecret } from '../src/common/secret.ts';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { createReadableLog } from './support/access-log.ts';
import { startIssuer } from './support/access-issuer.ts';
import { readFixture } from './support/fixtures.ts';
import { sendFile } from './support/graphql-client.ts';
import { startGateway } from './support/start-gateway.ts';

/** Texts that a store would merge or truncate. */
const AMBIGUOUS = ['\ud800', '\udfff', 'anna\ud83d', '\udc00\ud800', 'anna\ufffd', 'anna\0', '\0'];
const DISTINCT = ['anna', 'Anna', 'anna ', ' anna', 'ann\u00e9', 'anne\u0301', '😀', '\u{10ffff}'];

test('two valid keys stay different in UTF-8, and come back unchanged', () => {
  const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  const text = fc.string({ unit: fc.oneof(codeUnit, fc.constantFrom('\0', '\ufffd', '\ud800')) });
  fc.assert(
    fc.property(text, text, (one, other) => {
      fc.pre(isKeyText(one) && isKeyText(other));
      expect(Buffer.from(one).toString()).toBe(one);
      expect(Buffer.from(one).equals(Buffer.from(other))).toBe(one === other);
    }),
    { numRuns: 1000 },
  );
});

describe('a token', () => {
  test('with an ambiguous subject is refused', async () => {
    await using issuer = await startIssuer();
    await using access = await openAccess({
      mode: 'required',
      tickets: { signingKey: randomBytes(32) },
      keysFile: null,
      tokens: { ...issuer, jwksUrl: new URL(issuer.jwksUrl) },
      log: createReadableLog().log,
    });
    for (const sub of AMBIGUOUS) {
      const token = createSecret(await issuer.token({ sub }));
      await expect(access.admit(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    const names = new Set<string>();
    for (const sub of DISTINCT) {
      const session = await access.admit(createSecret(await issuer.token({ sub })));
      names.add(session.client().name);
    }
    expect([...names]).toEqual(DISTINCT.map((sub) => `jwt:${issuer.issuer}|${sub}`));
  });
});

describe('an idempotency key', () => {
  test('that is ambiguous is refused, and nothing is sent', async () => {
    await using gateway = await startGateway();
    const before = gateway.simulator.uploadsLeft;
    const file = await readFixture('landscape-small.jpg');
    for (const idempotencyKey of AMBIGUOUS) {
      const variables = { file, repairType: 'REPAIR', idempotencyKey } as const;
      const { errors } = await sendFile(gateway, UploadPhotoDocument, variables);
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', charged: false } }]);
    }
    expect(gateway.simulator.uploadsLeft).toBe(before);
  });
});
