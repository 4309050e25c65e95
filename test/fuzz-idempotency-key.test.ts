import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../src/common/errors.ts';
import { idempotencyKeyOf } from '../src/server/pipeline/idempotency-key.ts';

const printable = fc.string({ unit: 'grapheme-ascii' });
/** The characters that Node allows in a header. */
const anyHeader = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCodePoint(code)),
});

/** A text as a String of RFC 9651, section 4.1.6. */
const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** A quoted text with one character changed. */
const spoilt = fc
  .tuple(printable, fc.constantFrom('', '"', '\\', ' ', 'é', ','), fc.nat(), fc.nat({ max: 1 }))
  .map(([key, extra, at, dropped]) => {
    const text = quoted(key);
    const place = at % (text.length + 1);
    return `${text.slice(0, place)}${extra}${text.slice(place + dropped)}`;
  });

/** The key, or the code with which the header is refused. An unexpected error is rethrown. */
function outcomeOf(header: string): unknown {
  try {
    return { key: idempotencyKeyOf({ 'idempotency-key': header }) };
  } catch (error) {
    if (error instanceof GatewayError) return { refused: error.code };
    throw error;
  }
}
const REFUSED = { refused: 'BAD_USER_INPUT' };

describe('the header Idempotency-Key', () => {
  test('carries every printable text unchanged, in quotes and with spaces around them', () => {
    const spaces = fc.constantFrom('', ' ', '  ', '\t');
    fc.assert(
      fc.property(printable, spaces, spaces, (key, before, after) => {
        expect(outcomeOf(`${before}${quoted(key)}${after}`)).toEqual({ key });
      }),
      { numRuns: 1000 },
    );
  });

  test('carries a text without quotes and spaces unchanged', () => {
    const bare = fc.stringMatching(/^[!#-~]+$/);
    fc.assert(
      fc.property(bare, (key) => {
        expect(outcomeOf(key)).toEqual({ key });
      }),
    );
  });

  test('carries different keys for different texts', () => {
    fc.assert(
      fc.property(printable, printable, (one, other) => {
        fc.pre(one !== other);
        expect(outcomeOf(quoted(one))).not.toEqual(outcomeOf(quoted(other)));
      }),
    );
  });

  test('is refused if it is neither', () => {
    fc.assert(
      fc.property(fc.oneof(anyHeader, spoilt), (header) => {
        const text = header.trim();
        const inner = text.slice(1, -1).replaceAll(/\\["\\]/g, '');
        const isQuoted =
          text.length > 1 && text.startsWith('"') && text.endsWith('"') && !/["\\]/.test(inner);
        const isAscii = /^[\x20-\x7e]*$/.test(text);
        const isBare = text !== '' && !/[ "]/.test(text);
        const isKey = isAscii && (isQuoted || isBare);
        expect(outcomeOf(header)).toHaveProperty(isKey ? 'key' : 'refused');
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['without its closing quote', `"${'a'.repeat(16_000)}`],
    ['full of escapes', `"${String.raw`\"`.repeat(8000)}`],
    ['that ends in an escape', `"${String.raw`\\`.repeat(8000)}\\"`],
    ['of spaces', `"${' '.repeat(16_000)}é"`],
  ])('of the longest size, %s, is refused', (_what, header) => {
    expect(outcomeOf(header)).toEqual(REFUSED);
  });
});
