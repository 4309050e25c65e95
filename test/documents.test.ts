import { buildSchema, lexicographicSortSchema, parse, print, printSchema, visit } from 'graphql';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../src/common/errors.ts';
import { limitOf } from '../src/server/pipeline/limits/operation-limits.ts';
import { settingsSchema } from '../src/config/settings.ts';
import { blocksOf, readDocument, tablesOf } from './support/documents.ts';
import { EXAMPLES } from './support/example.ts';

test('the README is at most 10 kB', async () => {
  expect(Buffer.byteLength(await readDocument('README.md'))).toBeLessThanOrEqual(10_000);
});

test('the README leads to every document', async () => {
  const readme = await readDocument('README.md');
  const names = ['access-and-limits', 'architecture', 'clients', 'contract', 'errors'];
  const more = [
    'operations',
    'provider-api',
    'scaling',
    'settings',
    'threat-model',
    'webhooks',
    'decisions/README',
  ];
  for (const name of [...names, ...more]) expect(readme).toContain(`](docs/${name}.md)`);
});

test('the document of clients leads to every example, and says how to run it', async () => {
  const clients = await readDocument('docs/clients.md');
  const rows = tablesOf(clients, 'client').map(([link = '', , command]) => [
    /\]\((.*)\)$/.exec(link)?.[1],
    command,
  ]);
  const expected = EXAMPLES.map((name) => [
    `../examples/${name}`,
    `${name.endsWith('.sh') ? 'sh' : 'npx node'} examples/${name}`,
  ]);
  expect(rows).toEqual(expected);
});

test('the document of settings lists every setting once, with its default', async () => {
  const text = await readDocument('docs/settings.md');
  const expected = Object.keys(settingsSchema.shape).toSorted();
  const rows = tablesOf(text, 'name').map(([name = '', value = '']) => [name, value] as const);
  const told = Object.fromEntries(rows);
  expect(Object.keys(told).toSorted()).toEqual(expected);
  expect(rows).toHaveLength(expected.length);
  const printed = {
    AUTH: 'open on a loopback HOST',
    ARCHIVE_URL: 'file: under DATA_DIR',
    ARCHIVE_ORIGINALS: 'on for a folder',
    CORS_ORIGINS: 'none',
    S3_ADDRESSING: 'path where S3_ENDPOINT is set',
  };
  const defaults = new Map(Object.entries({ ...settingsSchema.parse({}), ...printed }));
  for (const name of expected) {
    expect(told).toMatchObject({ [name]: defaults.get(name)?.toString() ?? 'unset' });
  }
});

test('the document of errors lists every code once, with the right `retryable`', async () => {
  const rows = tablesOf(await readDocument('docs/errors.md'), 'code');
  const told = rows.map(([code = '', , retryable]) => [code, retryable] as const);
  const codes = Object.entries(ERROR_CODES).map(([code, { retryable }]) => [
    code,
    retryable ? 'yes' : 'no',
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(codes));
  expect(told).toHaveLength(codes.length);
});

test('the document of limits lists the limits of an operation', async () => {
  const rows = tablesOf(await readDocument('docs/access-and-limits.md'), 'what');
  const limits = {
    tokens: limitOf('tokens'),
    'levels of fields': limitOf('depth'),
    'fields, counted where fragments are spread': limitOf('fields'),
    'fields at the root': limitOf('rootFields'),
    'aliases, those of __typename included': limitOf('aliases'),
    directives: limitOf('directives'),
    'points of cost': limitOf('cost'),
  };
  const told = Object.fromEntries(rows.map(([what = '', most]) => [what, Number(most)] as const));
  expect(told).toMatchObject(limits);
});

test('the contract shows the current schema', async () => {
  const shown = blocksOf(await readDocument('docs/contract.md'), 'graphql');
  expect(shapeOf(shown)).toBe(shapeOf(await readDocument('schema/schema.graphql')));
});

/** A schema without descriptions and directives, in a fixed order. */
function shapeOf(text: string): string {
  const bare = visit(parse(text), {
    enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
    Directive: () => null,
  });
  return printSchema(lexicographicSortSchema(buildSchema(print(bare))));
}
