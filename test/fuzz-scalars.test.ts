import * as fc from 'fast-check';
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { GatewayError } from '../src/common/errors.ts';
import { schema } from '../src/graphql/schema.ts';
import { parsePhotoId } from '../src/photos/photo.ts';
import { resultUrlEndpoint } from '../src/provider/endpoints.ts';
import { startFaultyProvider } from './support/fault-provider.ts';
import { send } from './support/graphql-client.ts';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { answers, startProviderStub } from './support/provider-stub.ts';
import { startGatewayOf } from './support/start-gateway.ts';

function scalar(name: string): GraphQLScalarType {
  const type = schema.getType(name);
  if (type instanceof GraphQLScalarType) return type;
  throw new Error(`The schema has no scalar ${name}`);
}
const rgb = scalar('RGB');

/** The parsed value, or the code with which it is refused. An unexpected error is rethrown. */
function outcomeOf(take: () => unknown): unknown {
  try {
    return { taken: take() };
  } catch (error) {
    if (error instanceof GraphQLError) return { refused: error.extensions['code'] };
    if (error instanceof GatewayError) return { refused: error.code };
    throw error;
  }
}
const REFUSED = { refused: 'BAD_USER_INPUT' };

const part = fc.integer({ min: 0, max: 255 });
const colour = fc.tuple(part, part, part);
const hexOf = (parts: readonly number[]) =>
  `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;

const BYTES = new Map(Array.from({ length: 256 }, (_, value) => [String(value), value] as const));

/** A part from 0 to 255, of three digits at most; null for anything else. */
function byteOf(text: string): number | null {
  if (text.length < 1 || text.length > 3) return null;
  return BYTES.get(text.replace(/^0{1,2}(?=.)/, '')) ?? null;
}

/** A text as a colour, by another algorithm than the scalar's. */
function colourOf(text: string): string | null {
  const [first = '', ...others] = text.split(',');
  const parts = [first, ...others.map((piece) => piece.replace(/^ /, ''))].map(byteOf);
  const known = parts.filter((value) => value !== null);
  if (parts.length === 3) return known.length === 3 ? hexOf(known) : null;
  const value = Number.parseInt(text.slice(1), 16);
  const hex = `#${value.toString(16).padStart(6, '0')}`;
  return text.toLowerCase() === hex && value >= 0 && value <= 0xff_ff_ff ? hex : null;
}

const nearPart = fc.oneof(
  part.map(String),
  fc.integer({ min: 253, max: 258 }).map(String),
  fc.constantFrom('0', '00', '007', '0255', '-1', '1.5', '1e2', '0x10', '+1', '', ' 1', '２', '١'),
);
const separator = fc.oneof(
  { arbitrary: fc.constantFrom(',', ', '), weight: 9 },
  fc.constantFrom(',  ', ' ,', ';', ',\t', ',\n', ''),
);
const nearDecimals = fc
  .tuple(nearPart, separator, nearPart, separator, nearPart)
  .map((pieces) => pieces.join(''));
const spoilt = fc
  .tuple(
    fc.oneof(
      colour.map(hexOf),
      colour.map((parts) => parts.join(',')),
    ),
    fc.constantFrom('', '0', 'f', ' ', ',', '#', '-', '.', '\n', '２', 'e1', '\0', '١'),
    fc.nat(),
    fc.nat({ max: 2 }),
  )
  .map(([text, extra, at, dropped]) => {
    const place = at % (text.length + 1);
    return `${text.slice(0, place)}${extra}${text.slice(place + dropped)}`;
  });

describe('the scalar RGB', () => {
  test('parses all spellings of a colour to the same value', () => {
    fc.assert(
      fc.property(colour, fc.boolean(), (parts, spaced) => {
        const hex = hexOf(parts);
        for (const form of [hex, hex.toUpperCase(), parts.join(spaced ? ', ' : ',')]) {
          expect(rgb.parseValue(form)).toBe(hex);
          expect(rgb.parseLiteral({ kind: Kind.STRING, value: form })).toBe(hex);
        }
        expect(rgb.serialize(hex)).toBe(hex);
      }),
    );
  });

  test('refuses every text that is not a colour', () => {
    const text = fc.oneof(nearDecimals, spoilt, fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(text, (value) => {
        const taken = colourOf(value);
        expect(outcomeOf(() => rgb.parseValue(value))).toEqual(
          taken === null ? REFUSED : { taken },
        );
      }),
      { numRuns: 3000 },
    );
  });

  test('refuses everything that is not a text', () => {
    const other = fc.anything().filter((value) => typeof value !== 'string');
    fc.assert(
      fc.property(other, (value) => {
        expect(outcomeOf(() => rgb.parseValue(value))).toEqual(REFUSED);
      }),
    );
    const nodes: ValueNode[] = [
      { kind: Kind.INT, value: '0' },
      { kind: Kind.NULL },
      { kind: Kind.ENUM, value: '#ffffff' },
      { kind: Kind.LIST, values: [{ kind: Kind.STRING, value: '#ffffff' }] },
      { kind: Kind.OBJECT, fields: [] },
    ];
    for (const node of nodes) expect(outcomeOf(() => rgb.parseLiteral(node))).toEqual(REFUSED);
  });

  test('reaches the provider as the same colour', async () => {
    await using stub = await startProviderStub(() => answers.uploaded());
    await using provider = connectProvider(stub.url);
    await fc.assert(
      fc.asyncProperty(colour, async (parts) => {
        const picture = { repairType: 'REPLACE_BACKGROUND', background: hexOf(parts) } as const;
        await provider.upload(uploadOf([Buffer.from('x')], picture));
        expect(stub.calls.at(-1)?.fields).toMatchObject({
          repair_type: 'bg',
          rgb: parts.join(','),
        });
      }),
      { numRuns: 50 },
    );
  });
});

const ID_LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-');
const idLetter = fc.constantFrom(...ID_LETTERS);

describe('a photo id', () => {
  test('is accepted unchanged if it is valid', () => {
    const id = fc.string({ unit: idLetter, minLength: 1, maxLength: 128 });
    fc.assert(
      fc.property(id, (taken) => {
        expect(outcomeOf(() => parsePhotoId(taken))).toEqual({ taken });
      }),
    );
  });

  test('is refused otherwise', () => {
    const letter = fc.oneof(
      { arbitrary: idLetter, weight: 20 },
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    const long = fc
      .integer({ min: 126, max: 131 })
      .chain((length) => fc.string({ unit: idLetter, minLength: length, maxLength: length }));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: letter, maxLength: 140 }), long), (id) => {
        const strange = ID_LETTERS.reduce((rest, one) => rest.replaceAll(one, ''), id);
        const isId = strange === '' && id.length >= 1 && id.length <= 128;
        expect(outcomeOf(() => parsePhotoId(id))).toEqual(isId ? { taken: id } : REFUSED);
      }),
      { numRuns: 2000 },
    );
  });
});

test('an address of the provider is passed on only if it is http or https', () => {
  const scheme = fc.constantFrom('javascript:', 'data:', ' https:', 'http:', '//', '\thttp:');
  const text = fc.oneof(
    fc.webUrl({ validSchemes: ['http', 'https', 'ftp', 'javascript', 'data', 'file'] }),
    fc.tuple(scheme, fc.string()).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (url) => {
      const address = resultUrlEndpoint.data.safeParse({ url }).data ?? 'https://none';
      expect(new URL(address).protocol).toMatch(/^https?:$/);
    }),
    { numRuns: 2000 },
  );
});

describe('variables of any kind', async () => {
  const provider = await startFaultyProvider();
  const gateway = await startGatewayOf(provider.env);
  afterAll(async () => {
    await gateway.close();
    await provider[Symbol.asyncDispose]();
  });

  test.each([
    'query ($v: ID!) { photo(id: $v) { id } }',
    'query ($v: ID!) { photoStatus(id: $v) { id status } }',
    'query ($v: ID!) { downloadUrl(id: $v) { url } }',
    'query ($v: Int) { photos(first: $v) { edges { cursor } } }',
    'query ($v: String) { photos(after: $v) { edges { cursor } } }',
    'query ($v: PhotoStatus) { photos(status: $v) { edges { cursor } } }',
  ])('%s is answered, and never with an unexpected error', async (query) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })), async (v) => {
        const { errors = [] } = await send(gateway, query, { v });
        const codes = errors.map(({ extensions }) => extensions?.['code']);
        expect(codes).not.toContain('INTERNAL_SERVER_ERROR');
      }),
      { numRuns: 100 },
    );
  });
});
