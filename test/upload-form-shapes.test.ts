import { afterAll, describe, expect, test } from 'vitest';
import { recordClientRun } from './support/client-runs.ts';
import { file, refusal, sendForm, wholeForm, field } from './support/multipart-client.ts';
import { startMultipartServer } from './support/multipart-server.ts';
import {
  MAP as map,
  OPERATIONS as operations,
  PHOTO as photo,
  QUERY as query,
  wireForms,
  type WireForm,
} from './support/wire-forms.ts';

const server = await startMultipartServer();
afterAll(() => server[Symbol.asyncDispose]());

const isRead = { status: 200, body: { data: { read: photo.length } } };

/** A form as these lines, with the boundary of the client that writes it so. */
function formOf({ boundary, parts, end = '\r\n' }: WireForm): Buffer {
  const text = parts.map((lines) => `--${boundary}\r\n${lines.join('\r\n')}\r\n`);
  return Buffer.from(`${text.join('')}--${boundary}--${end}`);
}

/** The answer to a form with the headers that its client sends, and no others. */
async function answerTo(form: WireForm) {
  const response = await fetch(server.endpoint, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${form.quotedBoundary ?? form.boundary}`,
      ...form.headers,
    },
    body: new Uint8Array(formOf(form)),
  });
  const body: unknown = await response.json();
  return { status: response.status, body };
}

describe('a form is read as it is written by', () => {
  test.for(wireForms)('$client', async (form, { task }) => {
    expect(await answerTo(form)).toEqual(isRead);
    const { client, version, needs, more = '' } = form;
    const run = { client, version, ...(needs !== undefined && { needs }) };
    recordClientRun(task, { ...run, ran: `an upload${more}`, result: 'the file is read' });
  });

  test('FormData, with Blobs of JSON', async () => {
    const form = new FormData();
    form.append('operations', new Blob([operations], { type: 'application/json' }));
    form.append('map', new Blob([map], { type: 'application/json' }));
    form.append('0', new Blob([photo]));
    const headers = { 'graphql-preflight': '1' };
    const response = await fetch(server.endpoint, { method: 'POST', headers, body: form });
    expect(await response.json()).toEqual(isRead.body);
  });
});

test('a form of any shape may come byte by byte', async () => {
  const form = wholeForm([
    { headers: file('operations').headers, content: operations },
    { headers: file('map').headers, content: map },
    { headers: field('0', '').headers, content: photo },
  ]);
  const body = new ReadableStream({
    async start(controller) {
      for (const byte of form) {
        controller.enqueue(Uint8Array.of(byte));
        await new Promise(setImmediate);
      }
      controller.close();
    },
  });
  const headers = {
    'content-type': 'multipart/form-data; boundary=a-boundary-of-the-tests',
    'graphql-preflight': '1',
  };
  const init = { method: 'POST', headers, body, duplex: 'half' } as const;
  const response = await fetch(server.endpoint, init);
  expect(await response.json()).toEqual(isRead.body);
});

function sendOperations(content: unknown, paths: readonly string[] = ['variables.file']) {
  const form = [field('operations', content), field('map', { 0: paths }), file('0', photo)];
  return sendForm(server.endpoint, wholeForm(form));
}

describe('a variable that the map names', () => {
  test.each([
    ['lack it', { query, variables: {} }],
    ['are absent', { query }],
    ['are null', { query, variables: null }],
  ])('is null where the variables %s', async (_how, content) => {
    expect(await sendOperations(content)).toMatchObject(isRead);
  });

  test('must be one of the operation', async () => {
    const answer = await sendOperations({ query }, ['variables.photo']);
    expect(answer).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
    expect(answer.body.errors?.[0]?.message).toBe(
      'The path "variables.photo" of the field map leads to no null of the variables.',
    );
  });

  test.each([{ file: {} }, { file: 'photo.jpg' }, ['file'], 'file'])(
    'may be nothing else: %j',
    async (variables) => {
      const answer = await sendOperations({ query, variables });
      expect(answer).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
    },
  );
});

test('a part that the map does not name is refused with its name', async () => {
  const form = [field('operations', operations), field('map', map), file('photo', photo)];
  const { body } = await sendForm(server.endpoint, wholeForm(form));
  expect(body.errors?.[0]?.message).toBe(
    'The form has the part "photo", which its map does not name.',
  );
});
