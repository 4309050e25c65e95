import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { FAILING_IDS, GOOD_KEY, startAdapter, type Post } from './support/adapters.ts';

const short = await startAdapter({ plainJson: true });
const yoga = await startAdapter({ plainJson: false });
afterAll(() => Promise.all([short, yoga].map((adapter) => adapter[Symbol.asyncDispose]())));

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const ids = ['a', ...FAILING_IDS];
const upload = 'mutation ($f: Upload!) { uploadPhoto(file: $f, repairType: REPAIR) { id } }';
const page = 'photos(first: $n) { edges { node { id downloadUrl { url } } } }';

const QUERIES = [
  '{ __typename }',
  '{ quota { remaining } again: quota { accountCode } }',
  ...ids.map((id) => `{ photoStatus(id: "${id}") { id status } quota { remaining } }`),
  'query ($id: ID!) { photoStatus(id: $id) { id } }',
  `query ($n: Int) { a: ${page} b: ${page} c: ${page} }`,
  'query A { __typename } query B { quota { remaining } }',
  'fragment F on Query { __typename }',
  '{ ...F } fragment F on Query { __typename ...F }',
  ...ids.map((id) => `subscription { photoReady(id: "${id}") { id status } }`),
  'subscription ($ids: [ID!]!) { photosReady(ids: $ids) { id } }',
  upload,
  upload.replace('{ uploadPhoto', '{ nothing uploadPhoto'),
  '{ __typename # uploadPhoto\n }',
  '{ nothing # uploadPhoto\n }',
  '{ __schema { queryType { name } } }',
  `{ ${times(21, () => '__typename')} }`,
  `{ ${times(31, (index) => `a${index}: __typename`)} }`,
  '{',
  '',
  ' ',
];

const TYPES = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
  'text/html',
  'application/*',
  'text/*',
  '*/*',
];

const type = fc
  .tuple(
    fc.constantFrom(...TYPES),
    fc.constantFrom('', ';q=0', ';q=0.5', '; q=1', ';charset=utf-8', ';charset=latin1'),
  )
  .map((parts) => parts.join(''));
const accept = fc.oneof(
  fc.constant(null),
  fc.array(type, { maxLength: 4 }).map((types) => types.join(', ')),
);
const anything = fc.jsonValue({ maxDepth: 2 });
const variables = fc.oneof(
  fc.record({ id: fc.constantFrom(...ids), n: fc.integer(), ids: fc.constant(ids) }),
  anything,
);
const parameters = fc.record(
  {
    query: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...QUERIES) },
      { weight: 1, arbitrary: anything },
    ),
    variables,
    operationName: fc.oneof(fc.constantFrom('A', 'B', '', null), anything),
    extensions: fc.oneof(fc.constantFrom({}, null), anything),
    more: anything,
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  { weight: 9, arbitrary: parameters.map((given) => JSON.stringify(given)) },
  { weight: 1, arbitrary: anything.map((given) => JSON.stringify(given)) },
  { weight: 1, arbitrary: fc.string() },
);
const contentType = fc.oneof(
  { weight: 9, arbitrary: fc.constant('application/json') },
  fc.constantFrom('Application/JSON; charset="UTF-8"', 'application/json;charset=utf-16'),
  fc.constantFrom('text/plain', 'application/graphql', '', 'x'),
);
const more = fc.record(
  {
    'x-api-key': fc.constantFrom(GOOD_KEY, GOOD_KEY, GOOD_KEY, 'bad'),
    origin: fc.constantFrom('https://app.example.com', 'https://other.example.com'),
    'content-encoding': fc.constantFrom('identity', 'gzip'),
    'x-forwarded-for': fc.constant('203.0.113.1'),
  },
  { requiredKeys: ['x-api-key'] },
);

const post: fc.Arbitrary<Post> = fc
  .record({
    accept,
    body,
    contentType,
    more,
    path: fc.constantFrom('', '?query={a}', '?documentId=a'),
  })
  .map((given) => ({
    path: `/graphql${given.path}`,
    headers: {
      'content-type': given.contentType,
      'x-request-id': 'the-same',
      ...(given.accept !== null && { accept: given.accept }),
      ...given.more,
    },
    body: given.body,
  }));

describe('Yoga and the short way of plain JSON answer the same to the last byte, and tell the same', () => {
  test.each(QUERIES)('to %j', async (query) => {
    const headers = {
      'content-type': 'application/json',
      'x-api-key': GOOD_KEY,
      'x-request-id': 'the-same',
    };
    for (const accepted of ['*/*', ...TYPES]) {
      const sent = {
        path: '/graphql',
        headers: { ...headers, accept: accepted },
        body: JSON.stringify({ query, variables: { ids, n: 100 } }),
      };
      expect(await short.send(sent)).toEqual(await yoga.send(sent));
    }
  });

  test('whatever a client sends', async () => {
    await fc.assert(
      fc.asyncProperty(post, async (sent) => {
        expect(await short.send(sent)).toEqual(await yoga.send(sent));
      }),
      { numRuns: 500, seed: 13 },
    );
  });
});
