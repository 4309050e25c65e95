import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createToken } from '../src/provider/token.ts';
import { createSecret } from '../src/common/secret.ts';
import { checkToken } from '../packages/simulator/token.ts';

const secret = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 });
/** Times from 2001 to 2286, which have ten digits. */
const seconds = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 });

/** Whether the simulator, which shares no code with the gateway, accepts the token at this time. */
function isTaken(token: string, secretKey: string, nowSeconds: number): boolean {
  try {
    checkToken(token, { secretKey, maxAgeMs: 0, now: () => nowSeconds * 1000 });
    return true;
  } catch {
    return false;
  }
}

describe('the token of any secret and any time', () => {
  test('has the form of the provider’s document: a digest of 32 characters, and the time', () => {
    fc.assert(
      fc.property(secret, seconds, (key, time) => {
        const token = createToken(createSecret(key), time);
        expect(token).toHaveLength(43);
        expect(token).toMatch(/^[0-9a-f]{32},\d{10}$/);
        expect(token.endsWith(`,${time}`)).toBe(true);
        expect(isTaken(token, key, time)).toBe(true);
      }),
    );
    expect(createToken(createSecret('hiliad'), 1629962357)).toBe(
      '5484490c8e797dabe52af90ab8bd1e50,1629962357',
    );
  });

  test('is invalid for any other secret or time', () => {
    fc.assert(
      fc.property(secret, secret, seconds, seconds, (key, otherKey, time, otherTime) => {
        fc.pre(key !== otherKey && time !== otherTime);
        const token = createToken(createSecret(key), time);
        expect(isTaken(token, otherKey, time)).toBe(false);
        expect(isTaken(token, key, otherTime)).toBe(false);
        const [digest] = token.split(',');
        expect(isTaken(`${digest},${otherTime}`, key, otherTime)).toBe(false);
      }),
    );
  });

  test('does not contain the secret', () => {
    const long = secret.map((text) => `hiliad-${text}`);
    fc.assert(
      fc.property(long, seconds, (key, time) => {
        expect(createToken(createSecret(key), time)).not.toContain('hiliad');
      }),
    );
  });
});
