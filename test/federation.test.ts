import { readFile } from 'node:fs/promises';
import { isEnumType, isInterfaceType, isObjectType, isSpecifiedScalarType } from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { subgraphSchema } from '../src/graphql/subgraph-schema.ts';
import { send } from './support/graphql-client.ts';
import { accountAt } from './support/listen.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const account = accountAt('http://127.0.0.1:1');
const subgraph = await startGatewayOf({ ...account, FEDERATION: 'on' });
const plain = await startGatewayOf(account);
afterAll(() => Promise.all([subgraph.close(), plain.close()]));

const SDL = '{ _service { sdl } }';
const entities = (selection: string) =>
  `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Photo { ${selection} } } }`;
const photo = (id: unknown) => ({ __typename: 'Photo', id });
const photos = (count: number) => Array.from({ length: count }, (_, index) => photo(`p${index}`));

const services = (count: number) =>
  Array.from({ length: count }, (_, index) => `s${index}: _service { sdl }`).join(' ');

const ask = (of: readonly unknown[], selection = 'id') =>
  send(subgraph, entities(selection), { of });

describe('a gateway with FEDERATION=on', () => {
  test('tells the schema that is printed for composition', async () => {
    const printed = await readFile(new URL('../schema/subgraph.graphql', import.meta.url), 'utf8');
    expect(await send(subgraph, SDL)).toEqual({ data: { _service: { sdl: printed.trimEnd() } } });
    expect(printed).toMatch(/^type Photo implements Node @key\(fields: "id"\) \{$/m);
    expect(printed).toMatch(/^type PageInfo @shareable \{$/m);
  });

  test('describes whatever its schema has', () => {
    const undescribed: string[] = [];
    function check(name: string, { description }: { description?: string | null | undefined }) {
      if (!description) undescribed.push(name);
    }
    for (const type of Object.values(subgraphSchema.getTypeMap())) {
      if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
      check(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) check(value.name, value);
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        for (const argument of field.args) check(`${field.name}(${argument.name}:)`, argument);
      }
    }
    expect(undescribed).toEqual([]);
  });

  test('has no entity for an id that it does not know, and an error for a malformed one', async () => {
    const { data, errors } = await ask([photo('unknown'), photo('no id!')]);
    expect(data).toEqual({ _entities: [null, null] });
    expect(errors).toMatchObject([
      { path: ['_entities', 1], extensions: { code: 'BAD_USER_INPUT', retryable: false } },
    ]);
  });

  test.each([
    ['of another type', [{ __typename: 'Quota', accountCode: 'a' }]],
    ['of no type', [{ id: 'a' }]],
    ['without an id', [{ __typename: 'Photo' }]],
    ['with an id that is no text', [photo(1)]],
    ['that is no object', ['a']],
  ])('refuses a representation %s', async (_what, of) => {
    expect((await ask(of)).errors).toMatchObject([
      {
        message: expect.stringContaining('A representation is { __typename: "Photo"'),
        extensions: { code: 'BAD_USER_INPUT', retryable: false },
      },
    ]);
  });

  test('answers 300 representations, and refuses one more', async () => {
    expect((await ask(photos(300))).errors).toBeUndefined();
    expect((await ask(photos(301))).errors).toMatchObject([
      { message: 'representations are at most 300.', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('prices each entity, and the schema for composition as introspection', async () => {
    const refusals = await Promise.all([
      ask(photos(300), 'downloadUrl { url expiresAt }'),
      ask(photos(300), 'id downloadUrl { url expiresAt }'),
      send(subgraph, `{ ${services(7)} }`),
      send(subgraph, `{ ${services(8)} }`),
    ]);
    expect(refusals.map(({ errors }) => errors?.[0]?.message)).toEqual([
      undefined,
      'The operation has 4200 points of cost; at most 4000 are allowed.',
      undefined,
      'The operation has 4008 points of cost; at most 4000 are allowed.',
    ]);
  });
});

test('a gateway without FEDERATION has neither field', async () => {
  for (const query of [SDL, '{ _entities(representations: []) { __typename } }']) {
    expect((await send(plain, query)).errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  }
});
