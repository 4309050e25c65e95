import { afterAll, describe, expect, test } from 'vitest';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { eachTransport, type Request } from './support/limits-transports.ts';
import { startBareServer } from './support/start-bare-server.ts';

const { photos, asked } = createEmptyModule();
const gateway = await startBareServer(photos);
afterAll(() => gateway.close());

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const names = ['id', 'status', 'repairType', 'uploadedAt', 'readyAt', 'expiresAt', 'originalUrl'];
const photo = (selection: string) => `{ photo(id: "a") { ${selection} } }`;
const page = (first: string) =>
  `photos(first: ${first}) { edges { node { id downloadUrl { url expiresAt } } } }`;
const spreadPages = (last: string) =>
  `{ ${['100', '100', last].map((first, index) => `p${index}: photos(first: ${first}) { ...page }`).join(' ')} }
  fragment page on PhotoConnection { edges { ... { node { id downloadUrl { url expiresAt } } } } }`;
const ready = (fields: number) => ({
  query: `subscription ($ids: [ID!]!) { photosReady(ids: $ids) { ${times(fields, () => 'id')} } }`,
  variables: { ids: Array.from({ length: 100 }, (_, index) => String(index)) },
});
const nested = (depth: number) => `${'{ a '.repeat(depth)}${'}'.repeat(depth)}`;
const doubling = (levels: number) =>
  times(levels, (level) => `fragment f${level} on Query { ...f${level + 1} ...f${level + 1} }`);

/** What is just allowed of each, and what is one more or far more. */
const cases: readonly {
  readonly what: string;
  readonly most: Request | null;
  readonly over: Request;
  readonly message: string;
}[] = [
  {
    what: 'tokens',
    most: { query: photo(times(990, (index) => names[index % names.length] ?? '')) },
    over: { query: photo(times(991, () => 'id')) },
    message: 'The operation has more than 1000 tokens; at most 1000 are allowed.',
  },
  {
    what: 'levels',
    most: null,
    over: { query: nested(21) },
    message: 'The operation has 21 levels of fields; at most 20 are allowed.',
  },
  {
    what: 'levels of fragments within fragments',
    most: null,
    over: {
      query: `{ ...a } fragment a on Query { a ${nested(9)} ...b } fragment b on Query { a { a ${nested(19)} } }`,
    },
    message: 'The operation has 21 levels of fields; at most 20 are allowed.',
  },
  {
    what: 'fields at the root',
    most: { query: `{ ${times(20, () => '__typename')} }` },
    over: {
      query: `{ ${times(10, () => 'quota { remaining }')} ...a } fragment a on Query { ${times(11, () => '__typename')} }`,
    },
    message: 'The operation has 21 fields at its root; at most 20 are allowed.',
  },
  {
    what: 'aliases',
    most: { query: photo(times(30, (index) => `a${index}: id`)) },
    over: { query: photo(times(31, (index) => `a${index}: id`)) },
    message: 'The operation has 31 aliases; at most 30 are allowed.',
  },
  {
    what: 'aliases of __typename',
    most: { query: photo(times(30, (index) => `a${index}: __typename`)) },
    over: { query: photo(times(31, (index) => `a${index}: __typename`)) },
    message: 'The operation has 31 aliases; at most 30 are allowed.',
  },
  {
    what: 'aliases, where a fragment is spread twice',
    most: null,
    over: {
      query: `${photo('...a b: status ... on Photo { ...a }')} fragment a on Photo { ${times(15, (index) => `a${index}: id`)} }`,
    },
    message: 'The operation has 31 aliases; at most 30 are allowed.',
  },
  {
    what: 'directives',
    most: { query: photo(times(30, () => 'id @skip(if: false)')) },
    over: {
      query: `${photo(`${times(30, () => 'id @skip(if: false)')} ...a`)} fragment a on Photo @nothing { id }`,
    },
    message: 'The operation has 31 directives; at most 30 are allowed.',
  },
  {
    what: 'fields, where fragments are spread',
    most: null,
    over: { query: `{ ...f0 } ${doubling(40)} fragment f40 on Query { __typename }` },
    message: `The operation has ${2 ** 40} fields at its root; at most 20 are allowed.`,
  },
  {
    what: 'fields below one, where fragments are spread',
    most: null,
    over: {
      query: `${photo('...f0')} ${doubling(10).replaceAll('Query', 'Photo')} fragment f10 on Photo { id }`,
    },
    message:
      'The operation has 1025 fields, counted wherever a fragment is spread; at most 1000 are allowed.',
  },
  {
    what: 'cost',
    most: { query: `{ a: ${page('100')} b: ${page('100')} c: ${page('50')} }` },
    over: { query: `{ a: ${page('100')} b: ${page('100')} c: ${page('51')} }` },
    message: 'The operation has 4016 points of cost; at most 4000 are allowed.',
  },
  {
    what: 'cost, where a fragment is spread in many places',
    most: { query: spreadPages('50') },
    over: { query: spreadPages('51') },
    message: 'The operation has 4016 points of cost; at most 4000 are allowed.',
  },
  {
    what: 'cost of a subscription',
    most: ready(30),
    over: ready(31),
    message: 'The operation has 4100 points of cost; at most 4000 are allowed.',
  },
  {
    what: 'cost by its variables',
    most: {
      query: `query ($first: Int) { a: ${page('100')} b: ${page('100')} c: ${page('$first')} }`,
      variables: { first: 50 },
    },
    over: {
      query: `query ($first: Int) { a: ${page('100')} b: ${page('100')} c: ${page('$first')} }`,
      variables: { first: 51 },
    },
    message: 'The operation has 4016 points of cost; at most 4000 are allowed.',
  },
];

describe.each(eachTransport)('over %s', (_transport, send) => {
  test.each(cases)('too much is refused: $what', async ({ over, message }) => {
    asked.length = 0;
    const { errors, data } = await send(gateway.endpoint, over);
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(data ?? null).toBeNull();
    expect(asked).toEqual([]);
  });

  test.each(cases.filter(({ most }) => most !== null))(
    'as much as is allowed runs: $what',
    async ({ most }) => {
      const { errors, data } = await send(gateway.endpoint, most ?? {});
      expect(errors).toBeUndefined();
      expect(data).toBeDefined();
    },
  );
});
