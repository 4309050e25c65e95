import { afterAll, describe, expect, test } from 'vitest';
import { file, refusal, sendForm, wholeForm, field } from './support/multipart-client.ts';
import { startMultipartServer } from './support/multipart-server.ts';

const server = await startMultipartServer();
afterAll(() => server[Symbol.asyncDispose]());

const query = 'mutation ($file: Upload!) { read(file: $file) }';
const operations = JSON.stringify({ query, variables: { file: null } });
const map = JSON.stringify({ 0: ['variables.file'] });
const photo = 'the bytes of a picture';
const isRead = { status: 200, body: { data: { read: photo.length } } };

/** A form as these lines, with the boundary of the client that writes it so. */
function formOf(boundary: string, parts: readonly (readonly string[])[]): Buffer {
  const text = parts.map((lines) => `--${boundary}\r\n${lines.join('\r\n')}\r\n`);
  return Buffer.from(`${text.join('')}--${boundary}--\r\n`);
}

function send(boundary: string, parts: readonly (readonly string[])[], quoted = false) {
  const named = quoted ? `"${boundary}"` : boundary;
  const headers = { 'content-type': `multipart/form-data; boundary=${named}` };
  return sendForm(server.endpoint, formOf(boundary, parts), { headers });
}

describe('a form is read as it is written by', () => {
  test('Apollo Kotlin, without a name for the file', async () => {
    const disposition = 'Content-Disposition: form-data; name=';
    const answer = await send('6f3a1f6c-8b3e-4f6e-9d0a-1f2b3c4d5e6f', [
      [
        `${disposition}"operations"`,
        'Content-Type: application/json',
        `Content-Length: ${operations.length}`,
        '',
        operations,
      ],
      [
        `${disposition}"map"`,
        'Content-Type: application/json',
        `Content-Length: ${map.length}`,
        '',
        map,
      ],
      [
        `${disposition}"0"`,
        'Content-Type: image/jpeg',
        `Content-Length: ${photo.length}`,
        '',
        photo,
      ],
    ]);
    expect(answer).toMatchObject(isRead);
  });

  test('Apollo iOS', async () => {
    const answer = await send('apollo-ios.boundary.4B5F2C9E-8D5A-4F0B-9C55-0B8D6A2F3C11', [
      ['Content-Disposition: form-data; name="operations"', '', operations],
      ['Content-Disposition: form-data; name="map"', '', map],
      [
        'Content-Disposition: form-data; name="0"; filename="photo.jpg"',
        'Content-Type: image/jpeg',
        '',
        photo,
      ],
    ]);
    expect(answer).toMatchObject(isRead);
  });

  test("Dart's http", async () => {
    const answer = await send('dart-http-boundary-Hq.p+aZ_19xkO+c0b8zT4-R2mJkLwQvYd5uXfG7sN', [
      ['content-disposition: form-data; name="operations"', '', operations],
      ['content-disposition: form-data; name="map"', '', map],
      [
        'content-type: application/octet-stream',
        'content-disposition: form-data; name="0"; filename="photo.jpg"',
        '',
        photo,
      ],
    ]);
    expect(answer).toMatchObject(isRead);
  });

  test(".NET's MultipartFormDataContent", async () => {
    const answer = await send(
      '3f1c6f9e-53c5-4f52-a5f3-7f0d2a1b9c77',
      [
        [
          'Content-Type: text/plain; charset=utf-8',
          'Content-Disposition: form-data; name=operations',
          '',
          operations,
        ],
        [
          'Content-Type: text/plain; charset=utf-8',
          'Content-Disposition: form-data; name=map',
          '',
          map,
        ],
        [
          'Content-Type: image/jpeg',
          "Content-Disposition: form-data; name=0; filename=photo.jpg; filename*=utf-8''photo.jpg",
          '',
          photo,
        ],
      ],
      true,
    );
    expect(answer).toMatchObject(isRead);
  });

  test(".NET's MultipartFormDataContent without a name for the file", async () => {
    const answer = await send(
      '3f1c6f9e-53c5-4f52-a5f3-7f0d2a1b9c77',
      [
        [
          'Content-Type: application/json; charset=utf-8',
          'Content-Disposition: form-data; name=operations',
          '',
          operations,
        ],
        ['Content-Disposition: form-data; name=map', '', map],
        ['Content-Disposition: form-data; name=0', '', photo],
      ],
      true,
    );
    expect(answer).toMatchObject(isRead);
  });

  test("Go's mime/multipart, by CreateFormField", async () => {
    const answer = await send('4e1a6c0f6d4b2e8a9c7d5b3f1e0a8c6d4b2f0e9d7c5a3b1f', [
      ['Content-Disposition: form-data; name="operations"', '', operations],
      ['Content-Disposition: form-data; name="map"', '', map],
      ['Content-Disposition: form-data; name="0"', '', photo],
    ]);
    expect(answer).toMatchObject(isRead);
  });

  test('OkHttp 3, with transfer encodings', async () => {
    const more = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: binary'];
    const answer = await send('9a1c52b0-7a0e-4d52-8d4b-0c4d1f1d2f3e', [
      ['Content-Disposition: form-data; name="operations"', ...more, '', operations],
      ['Content-Disposition: form-data; name="map"', ...more, '', map],
      [
        'Content-Disposition: form-data; name="0"; filename=""',
        'Content-Type: image/jpeg',
        'Content-Transfer-Encoding: binary',
        `Content-Length: ${photo.length}`,
        '',
        photo,
      ],
    ]);
    expect(answer).toMatchObject(isRead);
  });

  test("Python's requests, with all parts among its files", async () => {
    const answer = await send('d3b8e6a1f2c94e0f8b7a6c5d4e3f2a1b', [
      ['Content-Disposition: form-data; name="operations"; filename="operations"', '', operations],
      ['Content-Disposition: form-data; name="map"; filename="map"', '', map],
      ['Content-Disposition: form-data; name="0"; filename="0"', '', photo],
    ]);
    expect(answer).toMatchObject(isRead);
  });

  test("Python's requests, with a nameless buffer", async () => {
    const answer = await send('d3b8e6a1f2c94e0f8b7a6c5d4e3f2a1b', [
      ['Content-Disposition: form-data; name="operations"', '', operations],
      ['Content-Disposition: form-data; name="map"', '', map],
      ['Content-Disposition: form-data; name="0"', 'Content-Type: image/jpeg', '', photo],
    ]);
    expect(answer).toMatchObject(isRead);
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
