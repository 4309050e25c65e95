import { afterAll, describe, expect, test } from 'vitest';
import {
  BOUNDARY,
  FORM_END,
  field,
  fieldsFor,
  file,
  openForm,
  refusal,
  sendForm,
  startForm,
  wholeForm,
  type Part,
} from './support/multipart-client.ts';
import { startMultipartServer } from './support/multipart-server.ts';

const server = await startMultipartServer({ maxFieldsBytes: 10_000 });
afterAll(() => server[Symbol.asyncDispose]());

const [operations, map] = fieldsFor('ignore', 'Upload');
if (!operations || !map) throw new Error('a form has two fields');
const badUserInput = refusal(400, 'BAD_USER_INPUT');

/** The server still works. */
async function expectSound() {
  const before = server.ran.length;
  expect(
    await sendForm(server.endpoint, wholeForm([...fieldsFor('read'), file('0')])),
  ).toMatchObject({ status: 200, body: { data: { read: 19 } } });
  expect(server.ran.slice(before)).toEqual(['read']);
  expect(server.logged).toEqual([]);
}

describe('a form that is malformed before its file', () => {
  const forms: Record<string, readonly Part[]> = {
    'has no fields': [file('0')],
    'has no map': [operations],
    'has no operations': [map, file('0')],
    'has its map before its operations': [map, operations, file('0')],
    'has its file before its map': [operations, file('0'), map],
    'has its file before its fields': [file('0'), operations, map],
    'has another field before its own': [field('other', 'x'), operations, map, file('0')],
    'has another field between its own': [operations, field('other', 'x'), map, file('0')],
    'has its operations twice': [operations, operations, map, file('0')],
    'sends its fields under the name of the file': [file('0', operations.content), map, file('0')],
    'has operations without a name': [
      { headers: ['Content-Disposition: form-data'], content: operations.content },
      map,
      file('0'),
    ],
    'has operations that are not JSON': [field('operations', '{'), map, file('0')],
    'has operations that are a text': [field('operations', '"{}"'), map, file('0')],
    'has operations that are null': [field('operations', 'null'), map, file('0')],
    'has operations that are a number': [field('operations', '1'), map, file('0')],
    'has empty operations': [field('operations', ''), map, file('0')],
    'has a batch of operations': [
      field('operations', `[${String(operations.content)}]`),
      field('map', { 0: ['0.variables.file'] }),
      file('0'),
    ],
    'has a map that is not JSON': [operations, field('map', '{'), file('0')],
    'has a map that is a list': [operations, field('map', [['variables.file']]), file('0')],
    'has a map that is null': [operations, field('map', 'null'), file('0')],
    'has a map that is a text': [operations, field('map', '"0"'), file('0')],
    'maps to a text': [operations, field('map', { 0: 'variables.file' }), file('0')],
    'maps to an object': [operations, field('map', { 0: { 0: 'variables.file' } }), file('0')],
    'maps to null': [operations, field('map', { 0: null }), file('0')],
    'maps to numbers': [operations, field('map', { 0: [0] }), file('0')],
    'maps to nothing': [operations, field('map', { 0: [] }), file('0')],
    'has more than one file': [
      field('operations', {
        query: 'mutation ($files: [Upload]) { ignoreList(files: $files) }',
        variables: { files: [null, null] },
      }),
      field('map', { 0: ['variables.files.0'], 1: ['variables.files.1'] }),
      file('0'),
      file('1'),
    ],
    'has an unknown charset': [
      {
        headers: [...operations.headers, 'Content-Type: text/plain; charset=klingon'],
        content: operations.content,
      },
      map,
      file('0'),
    ],
  };

  test.each(Object.entries(forms))('%s: 400, and nothing runs', async (_what, parts) => {
    const before = server.ran.length;
    expect(await sendForm(server.endpoint, wholeForm(parts))).toMatchObject(badUserInput);
    expect(server.ran.slice(before)).toEqual([]);
    await expectSound();
  });

  const bodies: Record<string, Buffer> = {
    'is empty': Buffer.alloc(0),
    'consists only of its end': FORM_END,
    'has another boundary than its type says': Buffer.from(
      wholeForm([operations, map, file('0')])
        .toString()
        .replaceAll(BOUNDARY, 'another'),
    ),
    'is cut off within its operations': openForm([operations]).subarray(0, -10),
    'is cut off after its operations': openForm([operations]),
    'is cut off within its map': openForm([operations, map]),
    'has a malformed header in its first part': Buffer.from(
      `--${BOUNDARY}\r\nContent Disposition\r\n\r\nx${String(FORM_END)}`,
    ),
    'is not a form': Buffer.from('{"query":"{ echo }"}'),
  };

  test.each(Object.entries(bodies))('%s: 400, and nothing runs', async (_what, body) => {
    const before = server.ran.length;
    expect(await sendForm(server.endpoint, body)).toMatchObject(badUserInput);
    expect(server.ran.slice(before)).toEqual([]);
    await expectSound();
  });
});

describe('a form whose fields are too large', () => {
  test.each([
    ['operations', [field('operations', `{"query":"${'x'.repeat(10_000)}"}`), map, file('0')]],
    ['map', [operations, field('map', { 0: ['x'.repeat(10_000)] }), file('0')]],
  ] as const)('is answered 413: %s', async (_what, parts) => {
    expect(await sendForm(server.endpoint, wholeForm(parts))).toMatchObject(
      refusal(413, 'BAD_USER_INPUT'),
    );
    await expectSound();
  });

  test.each([
    ['a field', openForm([field('operations', '')])],
    ['a preamble', Buffer.from('x')],
    ['the header of a part', Buffer.from(`--${BOUNDARY}\r\nX: `)],
  ])('is answered 413 while it still arrives: %s without end', async (_what, beginning) => {
    const { request, answer } = startForm(server.endpoint);
    request.write(beginning);
    // Never more than the connection accepts, and never ended.
    const pieces = setInterval(() => request.write('x'.repeat(4000)), 1);
    try {
      expect(await answer).toMatchObject(refusal(413, 'BAD_USER_INPUT'));
    } finally {
      clearInterval(pieces);
      request.destroy();
    }
    await expectSound();
  });
});

describe('a form that stalls before its file', () => {
  test.each([
    ['before its first byte', Buffer.alloc(0)],
    ['within its operations', openForm([operations]).subarray(0, -10)],
    ['within its map', openForm([operations, map])],
    [
      'before its file',
      Buffer.concat([openForm([...fieldsFor('read')]), Buffer.from(`\r\n--${BOUNDARY}\r\n`)]),
    ],
  ])('is answered 408 %s', async (_when, beginning) => {
    await using slow = await startMultipartServer({
      readTimeoutMs: 50,
      drain: { timeoutMs: 100, idleTimeoutMs: 50 },
    });
    const { request, answer } = startForm(slow.endpoint);
    request.flushHeaders();
    request.write(beginning);
    expect(await answer).toMatchObject(refusal(408, 'UPLOAD_FAILED', true));
    request.destroy();
    expect(slow.logged).toEqual([]);
  });
});

test('a form without files is an operation like any other', async () => {
  const form = [field('operations', { query: 'mutation { ignore }' }), field('map', {})];
  expect(await sendForm(server.endpoint, wholeForm(form))).toMatchObject({
    status: 200,
    body: { data: { ignore: 0 } },
  });
});
