import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { fieldsFor, file, FORM_HEADERS, wholeForm } from './support/multipart-client.ts';
import { startMultipartServer } from './support/multipart-server.ts';

const run = promisify(execFile);
const server = await startMultipartServer();
afterAll(() => server[Symbol.asyncDispose]());
const folder = await mkdtemp(join(tmpdir(), 'upload-client-'));
afterAll(() => rm(folder, { recursive: true }));

const photo = Buffer.alloc(300_000, 'a picture ');
const photoPath = join(folder, 'photo.jpg');
await writeFile(photoPath, photo);
const [operations, map] = fieldsFor('read').map(({ content }) => String(content));
if (operations === undefined || map === undefined) throw new Error('a form has two fields');
const read = { data: { read: photo.length } };

describe('a form is accepted', () => {
  test('from fetch and FormData', async () => {
    const form = new FormData();
    form.append('operations', operations);
    form.append('map', map);
    form.append('0', new Blob([photo], { type: 'image/jpeg' }), 'фото "1".jpg');
    const headers = { 'graphql-preflight': '1' };
    const response = await fetch(server.endpoint, { method: 'POST', headers, body: form });
    expect(await response.json()).toEqual(read);
  });

  test.each([
    ['', ''],
    ['with types of its fields', ';type=application/json'],
  ])('from curl %s', async (_how, type) => {
    const fields = [`operations=${operations}${type}`, `map=${map}${type}`, `0=@${photoPath}`];
    const { stdout } = await run('curl', [
      '--silent',
      '--header',
      'GraphQL-Preflight: 1',
      ...fields.flatMap((field) => ['--form', field]),
      server.endpoint,
    ]);
    expect(JSON.parse(stdout)).toEqual(read);
  });

  test('from a client that waits for 100 Continue', async () => {
    const body = wholeForm([...fieldsFor('read'), file('0', photo)]);
    const continued = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<unknown>();
    const request = httpRequest(server.endpoint, {
      method: 'POST',
      agent: false,
      headers: { ...FORM_HEADERS, 'content-length': body.length, expect: '100-continue' },
    });
    request.on('continue', continued.resolve);
    request.on('response', (response) => answer.resolve(json(response)));
    request.flushHeaders();
    await continued.promise;
    request.end(body);
    expect(await answer.promise).toEqual(read);
  });

  test.each([
    ['after a preamble', Buffer.concat([Buffer.from('a preamble\r\n'), photoForm()])],
    ['with text after its end', Buffer.concat([photoForm(), Buffer.from('an epilogue')])],
    ['without a line break after its end', photoForm().subarray(0, -2)],
  ])('%s', async (_how, body) => {
    const response = await fetch(server.endpoint, {
      method: 'POST',
      headers: FORM_HEADERS,
      body: new Uint8Array(body),
    });
    expect(await response.json()).toEqual(read);
  });
});

function photoForm(): Buffer {
  return wholeForm([...fieldsFor('read'), file('0', photo)]);
}
