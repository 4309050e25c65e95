import { readFile } from 'node:fs/promises';
import {
  buildSchema,
  findBreakingChanges,
  isEnumType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../src/graphql/schema.ts';

test('the schema keeps every promise of the contract to clients', async () => {
  const file = new URL('fixtures/contract.graphql', import.meta.url);
  const contract = buildSchema(await readFile(file, 'utf8'));
  expect(findBreakingChanges(contract, schema)).toEqual([]);
});

test('every type, field, argument and enum value of the schema has a description', () => {
  const undescribed: string[] = [];
  function check(path: string, { description }: { description?: string | null | undefined }) {
    if (!description) undescribed.push(path);
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    check(type.name, type);
    if (isEnumType(type))
      type.getValues().forEach((value) => check(`${type.name}.${value.name}`, value));
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      check(`${type.name}.${field.name}`, field);
      for (const argument of field.args)
        check(`${type.name}.${field.name}(${argument.name})`, argument);
    }
  }
  expect(undescribed).toEqual([]);
});
