import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  BOUNDARY,
  field,
  fieldsFor,
  file,
  FORM_END,
  openForm,
  refusal,
  sendForm,
  startForm,
  wholeForm,
  type Part,
} from './support/multipart-client.ts';
import { startMultipartServer } from './support/multipart-server.ts';

const server = await startMultipartServer();
afterAll(() => server[Symbol.asyncDispose]());

const large = Buffer.alloc(400_000, 'a picture ');
let readsBefore = 0;
beforeEach(() => {
  readsBefore = server.reads.length;
});
const reads = () => Promise.all(server.reads.slice(readsBefore));

async function expectSound() {
  const answer = await sendForm(
    server.endpoint,
    wholeForm([...fieldsFor('read'), file('0', large)]),
  );
  expect(answer).toMatchObject({ status: 200, body: { data: { read: large.length } } });
  expect(server.logged).toEqual([]);
}

describe('a file', () => {
  test.each([0, 1, 65_536, 900_000])('of %i bytes arrives complete', async (size) => {
    const answer = await sendForm(
      server.endpoint,
      wholeForm([...fieldsFor('read'), file('0', Buffer.alloc(size, '\r\n--'))]),
    );
    expect(answer).toMatchObject({ status: 200, body: { data: { read: size } } });
  });

  test('arrives complete if the form arrives byte by byte', async () => {
    const { request, answer } = startForm(server.endpoint);
    request.socket?.setNoDelay(true);
    for (const byte of wholeForm([...fieldsFor('read'), file('0')])) {
      await new Promise((resolve) => request.write(Buffer.of(byte), resolve));
    }
    request.end();
    expect(await answer).toMatchObject({ status: 200, body: { data: { read: 19 } } });
  });

  test('may arrive before its operation reads it', async () => {
    const form = [
      field('operations', {
        query: 'mutation ($file: Upload!) { ignore read(file: $file) }',
        variables: { file: null },
      }),
      field('map', { photo: ['variables.file'] }),
      file('photo', large),
    ];
    expect(await sendForm(server.endpoint, wholeForm(form))).toMatchObject({
      body: { data: { ignore: 0, read: large.length } },
    });
  });

  test('mapped to two variables can be read once, and the second read fails clearly', async () => {
    const form = [
      field('operations', {
        query: 'mutation ($a: Upload!, $b: Upload!) { readEach(first: $a, second: $b) }',
        variables: { a: null, b: null },
      }),
      field('map', { 0: ['variables.a', 'variables.b'] }),
      file('0', large),
    ];
    expect(await sendForm(server.endpoint, wholeForm(form))).toMatchObject({
      status: 200,
      body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    });
    expect(await reads()).toEqual([large.length, 'BAD_USER_INPUT']);
    await expectSound();
  });
});

describe('an operation that does not read the rest of its file', () => {
  test.each([
    ['fail', { errors: [{ extensions: { code: 'QUOTA_EXHAUSTED' } }] }],
    ['openAndFail', { errors: [{ extensions: { code: 'QUOTA_EXHAUSTED' } }] }],
    ['readSomeAndFail', { errors: [{ extensions: { code: 'QUOTA_EXHAUSTED' } }] }],
    ['ignore', { data: { ignore: 0 } }],
    ['unknown', { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }],
  ])('is answered after the file has arrived: %s', async (mutation, body) => {
    const answer = await sendForm(
      server.endpoint,
      wholeForm([...fieldsFor(mutation), file('0', large)]),
    );
    expect(answer).toMatchObject({ body });
    await expectSound();
  });

  test('is answered even if its variables are wrong', async () => {
    const form = [
      field('operations', {
        query: 'mutation ($file: Upload!, $n: Int!) { read(file: $file) }',
        variables: { file: null, n: 'x' },
      }),
      field('map', { 0: ['variables.file'] }),
      file('0', large),
    ];
    const answer = await sendForm(server.endpoint, wholeForm(form));
    expect(answer.body.errors).not.toEqual([]);
    expect(answer.body.data ?? null).toBeNull();
    await expectSound();
  });
});

describe('a form that turns out malformed while its operation runs', () => {
  const [operations, map] = fieldsFor('read');
  if (!operations || !map) throw new Error('a form has two fields');
  const forms: Record<string, readonly Part[]> = {
    'has no file': [operations, map],
    'has another file instead': [operations, map, file('1', large)],
    'has another file before its own': [operations, map, file('1', large), file('0', large)],
    'has another file after its own': [operations, map, file('0', large), file('1', large)],
    'has its file twice': [operations, map, file('0', large), file('0', large)],
    'has another field before its file': [operations, map, field('x', 'x'), file('0', large)],
    'has another field after its file': [operations, map, file('0', large), field('x', 'x')],
    'has its map twice': [operations, map, map, file('0', large)],
    'sends its file without a name': [
      operations,
      map,
      { headers: ['Content-Disposition: form-data; filename="photo.jpg"'], content: large },
    ],
  };

  test.each(Object.entries(forms))('%s: 400, and no complete file', async (_what, parts) => {
    const answer = await sendForm(server.endpoint, wholeForm(parts));
    expect(answer).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
    expect(await reads()).toEqual(['BAD_USER_INPUT']);
    await expectSound();
  });

  const next = Buffer.from(`\r\n--${BOUNDARY}\r\n`);
  const whole = openForm([file('0', large)]).subarray(`--${BOUNDARY}\r\n`.length);
  const noHeader = Buffer.from('no header\r\n\r\n');
  const remainders: Record<string, readonly Buffer[]> = {
    'is cut off before the header of its file': [],
    'is cut off within the header of its file': [whole.subarray(0, 40)],
    'is cut off within its file': [whole],
    'is cut off at the boundary after its file': [whole, next.subarray(0, -2)],
    'is cut off within its end': [whole, FORM_END.subarray(0, -3)],
    'ends before its file': [FORM_END],
    'has a malformed header instead of its file': [noHeader, whole, FORM_END],
    'has a malformed header after its file': [whole, next, noHeader, FORM_END],
  };

  test.each(Object.entries(remainders))('%s: 400, and no complete file', async (_what, pieces) => {
    const ran = server.ran.length;
    const { request, answer } = startForm(server.endpoint);
    request.write(Buffer.concat([openForm([operations, map]), next]));
    await expect.poll(() => server.ran.length).toBe(ran + 1);
    request.end(Buffer.concat(pieces));
    expect(await answer).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
    expect(await reads()).toEqual(['BAD_USER_INPUT']);
    await expectSound();
  });

  test('keeps the result of an operation that succeeded anyway', async () => {
    const form = [...fieldsFor('ignore', 'Upload'), file('1', large)];
    expect(await sendForm(server.endpoint, wholeForm(form))).toMatchObject({
      status: 200,
      body: { data: { ignore: 0 } },
    });
    await expectSound();
  });
});

describe('a form larger than any allowed file', () => {
  const tooLarge = refusal(413, 'FILE_TOO_LARGE');
  const form = wholeForm([...fieldsFor('read'), file('0', Buffer.alloc(1_500_000))]);

  test('is refused by its length before it is read', async () => {
    const answer = await sendForm(server.endpoint, form, {
      headers: { 'content-length': String(form.length) },
    });
    expect(answer).toMatchObject(tooLarge);
    expect(await reads()).toEqual([]);
  });

  test('is cut off if it has no length', async () => {
    expect(await sendForm(server.endpoint, form)).toMatchObject(tooLarge);
    expect(await reads()).toEqual(['FILE_TOO_LARGE']);
    await expectSound();
  });

  test('is cut off if it continues after its end', async () => {
    const { request, answer } = startForm(server.endpoint);
    request.write(wholeForm([...fieldsFor('read'), file('0')]));
    for (let piece = 0; piece < 20; piece += 1) request.write(Buffer.alloc(100_000));
    expect(await answer).toMatchObject(tooLarge);
    expect(await reads()).toEqual(['FILE_TOO_LARGE']);
    request.destroy();
  });
});
