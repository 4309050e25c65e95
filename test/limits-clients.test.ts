import { readdirSync, readFileSync } from 'node:fs';
import {
  getIntrospectionQuery,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
} from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { subgraphSchema as schema } from '../src/graphql/subgraph-schema.ts';
import { FIELD_COSTS } from '../src/server/pipeline/limits/field-costs.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { eachTransport, transports } from './support/limits-transports.ts';
import { startBareServer } from './support/start-bare-server.ts';

const { photos, asked } = createEmptyModule();
const gateway = await startBareServer(photos);
afterAll(() => gateway.close());

const folder = new URL('../schema/operations/', import.meta.url);
const operations = readdirSync(folder).map((file) => ({
  file,
  query: readFileSync(new URL(file, folder), 'utf8'),
}));

const everything = `id status repairType background originalUrl uploadedAt readyAt expectedReadyAt
  expiresAt downloadUrl { url expiresAt __typename } __typename`;
const manyIds = Array.from({ length: 100 }, (_, index) => `photo-${index}`);

/** Large operations that clients may reasonably send. */
const queries = [
  {
    what: 'the introspection query with all options',
    query: getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    }),
  },
  {
    what: 'the largest page, with all fields of each photo',
    query: `query { photos(first: 100) { edges { cursor node { ${everything} } __typename }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor __typename } __typename } }`,
  },
  {
    what: 'a page as Relay queries it, with fragments and `__typename`',
    query: `query Page($count: Int = 20) { photos(first: $count) { edges { cursor node { ...Item id __typename } }
        pageInfo { endCursor hasNextPage } } quota { ...Left } }
      fragment Item on Photo { __isPhoto: __typename id status ...Address }
      fragment Address on Photo { downloadUrl { url expiresAt } }
      fragment Left on Quota { remaining }`,
  },
  {
    what: 'the most photos that one stream may follow, with all fields of each',
    query: `subscription ($ids: [ID!]!) { photosReady(ids: $ids) { ${everything} } }`,
    variables: { ids: manyIds },
  },
  {
    what: 'many photos at once, each with its own alias',
    query: `{ ${manyIds
      .slice(0, 20)
      .map((id, index) => `p${index}: photo(id: "${id}") { ${everything} }`)
      .join(' ')} }`,
  },
];

describe('the limits let pass', () => {
  test.each(queries)('$what', async ({ query, variables = {} }) => {
    const { errors } = await transports['server-sent events'](gateway.endpoint, {
      query,
      variables,
    });
    expect(errors).toBeUndefined();
  });

  test.each(operations.filter(({ query }) => !query.includes('$file')))(
    'the operation in $file',
    async ({ query }) => {
      const variables = { id: 'a', ids: manyIds, first: 100 };
      const wanted = Object.entries(variables).filter(([name]) => query.includes(`$${name}`));
      const { errors } = await transports['server-sent events'](gateway.endpoint, {
        query,
        variables: Object.fromEntries(wanted),
      });
      for (const { extensions } of errors ?? [])
        expect(extensions?.['code']).not.toBe('BAD_USER_INPUT');
    },
  );
});

describe('what is kept of a document', () => {
  const query = `query ($n: Int) { a: photos(first: $n) { edges { node { id downloadUrl { url } } } }
    b: photos(first: $n) { edges { node { id downloadUrl { url } } } }
    c: photos(first: $n) { edges { node { id downloadUrl { url } } } } }`;

  test.each(eachTransport)(
    'is no way around what its variables cost, over %s',
    async (_name, send) => {
      const cheap = { query, variables: { n: 1 } };
      for (const [, sendFirst] of eachTransport) {
        expect((await sendFirst(gateway.endpoint, cheap)).errors).toBeUndefined();
      }
      asked.length = 0;
      const { errors } = await send(gateway.endpoint, { query, variables: { n: 100 } });
      expect(errors).toMatchObject([{ message: expect.stringContaining('4500 points of cost') }]);
      expect(asked).toEqual([]);
    },
  );

  test('is no way around a limit: the same refusal comes again, and over the other transports', async () => {
    const tooDeep = { query: `${'{ a '.repeat(30)}${'}'.repeat(30)}` };
    for (const [, send] of [...eachTransport, ...eachTransport]) {
      const { errors } = await send(gateway.endpoint, tooDeep);
      expect(errors).toMatchObject([{ message: expect.stringContaining('30 levels') }]);
    }
  });
});

describe('the cost', () => {
  test('knows every field with many results', () => {
    const sized = [...FIELD_COSTS].filter(([, { sizedBy }]) => sizedBy !== undefined);
    const returned = new Set(sized.map(([coordinate]) => typeNameOf(coordinate)));
    const lists = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type))
      .filter(({ name }) => !name.startsWith('__'))
      .filter((type) =>
        Object.values(type.getFields())
          .filter(isList)
          .some(({ name }) => FIELD_COSTS.get(`${type.name}.${name}`)?.sizedBy === undefined),
      );
    // A connection's list is sized by the field that returns the connection.
    expect(lists.map(({ name }) => name).filter((name) => !returned.has(name))).toEqual([]);
  });

  test('names no field that is not there', () => {
    const names = [...FIELD_COSTS.keys()].filter((name) => !name.includes('.__'));
    expect(names.filter((name) => typeNameOf(name) === undefined)).toEqual([]);
  });
});

/** Values without fields cost nothing, however many they are. */
function isList({ type }: GraphQLField<unknown, unknown>): boolean {
  const isOfObjects = !isLeafType(getNamedType(type));
  return isOfObjects && isListType(isNonNullType(type) ? type.ofType : type);
}

/** The type that a field such as `Query.photos` returns. */
function typeNameOf(coordinate: string): string | undefined {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  return field && getNamedType(field.type).name;
}
