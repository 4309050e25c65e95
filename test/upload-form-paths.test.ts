import { afterAll, describe, expect, test } from 'vitest';
import { field, file, refusal, sendForm, wholeForm } from './support/multipart-client.ts';
import { startMultipartServer } from './support/multipart-server.ts';

const server = await startMultipartServer();
afterAll(() => server[Symbol.asyncDispose]());

const query = 'mutation ($input: AnyInput) { ignoreInput(input: $input) }';
const variables = { input: { file: null, list: [null], nested: { file: null }, text: 'text' } };
/** Own names of the built-ins that inherited properties lead to, symbols aside: no path can name them. */
const names = [
  ...new Set(
    [Object.prototype, Array.prototype, Function.prototype, String.prototype].flatMap((prototype) =>
      Object.getOwnPropertyNames(prototype),
    ),
  ),
];

function sendMap(map: string, operations: string = JSON.stringify({ query, variables })) {
  return sendForm(
    server.endpoint,
    wholeForm([field('operations', operations), field('map', map), file('0')]),
  );
}

/** What the built-ins hold, and what their methods hold, by their names. */
function builtIns(): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const root of [Object, Array, Function, String, Promise]) {
    for (const holder of [root, root.prototype]) {
      for (const name of Reflect.ownKeys(holder)) {
        const descriptor = Reflect.getOwnPropertyDescriptor(holder, name);
        const value: unknown = descriptor?.value;
        const place = `${root.name}${holder === root ? '' : '.prototype'}.${String(name)}`;
        found.set(place, value ?? descriptor?.get);
        if (typeof value !== 'function') continue;
        for (const inner of Reflect.ownKeys(value)) {
          const held = Reflect.getOwnPropertyDescriptor(value, inner);
          found.set(`${place}.${String(inner)}`, held?.value);
        }
      }
    }
  }
  return found;
}

describe('a path of the map', () => {
  const before = builtIns();

  test.each(names)('may not lead through the inherited %s', async (name) => {
    const paths = [
      `variables.${name}`,
      `variables.${name}.x`,
      `variables.input.${name}`,
      `variables.input.${name}.call`,
      `variables.input.file.${name}`,
      `variables.input.file.${name}.polluted`,
      `variables.input.list.${name}`,
      `variables.input.list.${name}.call`,
      `variables.input.list.0.${name}`,
      `variables.input.text.${name}`,
      `variables.input.text.${name}.x`,
      name,
      `${name}.x`,
    ];
    for (const path of paths) {
      const answer = await sendMap(JSON.stringify({ 0: [path] }));
      expect({ path, ...answer }).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
    }
    expect(server.ran).toEqual([]);
    expect(builtIns()).toEqual(before);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test.each(['__proto__', 'constructor', 'prototype'])(
    'may not lead through %s, not even as a name of its own',
    async (name) => {
      const own = `{"query":${JSON.stringify(query)},"variables":{"input":{"${name}":{"x":null}}}}`;
      for (const path of [`variables.input.${name}.x`, `variables.input.${name}`]) {
        const answer = await sendMap(JSON.stringify({ 0: [path] }), own);
        expect({ path, ...answer }).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
      }
    },
  );

  test.each(['__proto__', 'constructor', 'toString'])(
    'is checked under the key %s as well',
    async (key) => {
      const answer = await sendMap(`{"${key}":["variables.input.toString.call"]}`);
      expect(answer).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
      expect(builtIns()).toEqual(before);
    },
  );

  test.each([
    'query',
    'operationName',
    'extensions',
    'variables',
    'variables.',
    'variables..file',
    '.variables.input.file',
    'variables.input.file.',
    '',
    ' ',
    '.',
    'Variables.input.file',
    'variables .input.file',
    ' variables.input.file',
    'variables[input].file',
    'variables.input',
    'variables.input.nested',
    'variables.input.list',
    'variables.input.text',
    'variables.input.text.0',
    'variables.input.absent',
    'variables.input.list.1',
    'variables.input.list.-1',
    'variables.input.list.00',
    'variables.input.list.0.0',
    'variables.input.list.0x0',
    'variables.input.list.1e0',
    'variables.input.list. 0',
    'variables.input.list.٠',
    'variables.input.ﬁle',
    'variables.input.file\u0000',
    '0.variables.input.file',
  ])('may not be "%s"', async (path) => {
    const ran = server.ran.length;
    const answer = await sendMap(JSON.stringify({ 0: [path] }));
    expect(answer).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
    expect(server.ran).toHaveLength(ran);
  });

  test.each(['query', 'operationName', 'extensions'])(
    'may not be "%s" where that is null',
    async (path) => {
      const operations = { query, variables, operationName: null, extensions: null, [path]: null };
      const answer = await sendMap(JSON.stringify({ 0: [path] }), JSON.stringify(operations));
      expect(answer).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
    },
  );

  test('may not occur twice', async () => {
    const path = 'variables.input.file';
    const answer = await sendMap(JSON.stringify({ 0: [path, path] }));
    expect(answer).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
  });

  test.each([
    ['variables.input.file', variables],
    ['variables.input.nested.file', variables],
    ['variables.input.list.0', variables],
    ['variables.input.名前', { input: { 名前: null } }],
    ['variables.input.0', { input: { 0: null } }],
    ['variables.input.toString', { input: { toString: null } }],
    ['variables.input.length', { input: { length: null } }],
    ['variables.input.hasOwnProperty', { input: { hasOwnProperty: null } }],
  ])('may be "%s", which leads to a null of its own', async (path, own) => {
    const answer = await sendMap(
      JSON.stringify({ 0: [path] }),
      JSON.stringify({ query, variables: own }),
    );
    expect(answer).toMatchObject({ status: 200, body: { data: { ignoreInput: 0 } } });
    expect(server.logged).toEqual([]);
  });
});
