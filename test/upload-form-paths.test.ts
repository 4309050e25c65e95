import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { assertUnchanged, builtIns } from './support/built-ins.ts';
import { field, file, refusal, sendForm, wholeForm } from './support/multipart-client.ts';
import { startMultipartServer } from './support/multipart-server.ts';

const server = await startMultipartServer();
afterAll(() => server[Symbol.asyncDispose]());

const query = 'mutation ($input: AnyInput) { ignoreInput(input: $input) }';
const variables = { input: { file: null, list: [null], nested: { file: null }, text: 'text' } };
/** All names that inherited properties of a request have, except symbols, which no path can name. */
const inheritedNames = new Set(
  [Object.prototype, Array.prototype, Function.prototype, String.prototype].flatMap((prototype) =>
    Object.getOwnPropertyNames(prototype),
  ),
);

function sendMap(map: string, operations: string = JSON.stringify({ query, variables })) {
  return sendForm(
    server.endpoint,
    wholeForm([field('operations', operations), field('map', map), file('0')]),
  );
}

async function expectRefused(path: string) {
  const answer = await sendMap(JSON.stringify({ 0: [path] }));
  expect({ path, ...answer }).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
}

describe('a path of the map', () => {
  const before = builtIns();

  afterEach(() => assertUnchanged(before));

  test('may not lead through any inherited name', async () => {
    for (const name of inheritedNames) {
      for (const place of ['input', 'input.list', 'input.text']) {
        await expectRefused(`variables.${place}.${name}.x`);
      }
    }
    expect(server.ran).toEqual([]);
  });

  // One name of each kind: every object's, an object's method, a list's, a text's and a function's.
  test.each(['__proto__', 'constructor', 'hasOwnProperty', 'push', 'length', 'call'])(
    'may not lead through the inherited %s, wherever it begins',
    async (name) => {
      const places = ['', 'input.', 'input.file.', 'input.list.', 'input.list.0.', 'input.text.'];
      for (const place of places) {
        await expectRefused(`variables.${place}${name}`);
        await expectRefused(`variables.${place}${name}.call`);
      }
      await expectRefused(name);
      await expectRefused(`${name}.x`);
      expect(server.ran).toEqual([]);
    },
  );

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
