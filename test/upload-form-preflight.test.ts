import { afterAll, describe, expect, test } from 'vitest';
import {
  BOUNDARY,
  fieldsFor,
  file,
  FORM_HEADERS,
  refusal,
  sendForm,
  startForm,
  wholeForm,
} from './support/multipart-client.ts';
import { startMultipartServer } from './support/multipart-server.ts';

const server = await startMultipartServer();
afterAll(() => server[Symbol.asyncDispose]());

const form = wholeForm([...fieldsFor('read'), file('0')]);
const read = { status: 200, body: { data: { read: 19 } } };
const { 'content-type': contentType } = FORM_HEADERS;

function send(headers: Readonly<Record<string, string>>, body = new Uint8Array(form)) {
  return fetch(server.endpoint, { method: 'POST', headers, body });
}

describe('the preflight header of a form', () => {
  test.each([
    { 'GraphQL-Preflight': '1' },
    { 'graphql-preflight': 'false' },
    { 'Apollo-Require-Preflight': 'true' },
    { 'X-APOLLO-OPERATION-NAME': 'UploadPhoto' },
    { 'apollographql-client-name': 'com.example.photos-apollo-ios' },
    { 'X-Requested-With': 'XMLHttpRequest' },
    { 'GraphQL-Preflight': '' },
  ])('may be %o', async (headers) => {
    const response = await send({ 'content-type': contentType, ...headers });
    expect(await response.json()).toEqual(read.body);
  });

  test.each([
    contentType,
    contentType.replace('multipart/form-data', 'Multipart/Form-Data'),
    `multipart/form-data ; boundary=${BOUNDARY}`,
    'multipart/form-data',
    `multipart/form-data; boundary=${BOUNDARY}; charset=utf-16`,
  ])('is required of %s: 403, and nothing runs', async (type) => {
    const before = server.ran.length;
    const response = await send({ 'content-type': type });
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual({
      errors: [
        {
          message: expect.stringContaining('GraphQL-Preflight'),
          extensions: { code: 'FORBIDDEN', retryable: false, charged: false },
        },
      ],
    });
    expect(server.ran).toHaveLength(before);
  });

  test('is required before the body arrives', async () => {
    const { request, answer } = startForm(server.endpoint, {
      headers: { 'graphql-preflight': '1' },
    });
    request.removeHeader('graphql-preflight');
    request.flushHeaders();
    expect(await answer).toMatchObject(refusal(403, 'FORBIDDEN'));
    request.destroy();
  });

  test('is required in a response of the media type that the client accepts', async () => {
    const response = await send({
      'content-type': contentType,
      accept: 'application/graphql-response+json',
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toContain('application/graphql-response+json');
  });
});

describe('the media type of a form', () => {
  test.each([
    `Multipart/Form-Data; boundary=${BOUNDARY}`,
    `MULTIPART/FORM-DATA; BOUNDARY=${BOUNDARY}`,
    `multipart/form-data;boundary=${BOUNDARY}`,
    `multipart/form-data ; boundary=${BOUNDARY}`,
    `multipart/form-data; boundary="${BOUNDARY}"`,
    `multipart/form-data; charset=utf-8; boundary=${BOUNDARY}`,
    `multipart/form-data; boundary=${BOUNDARY}; charset="UTF-8"`,
    `multipart/form-data; boundary=${BOUNDARY}; charset=utf8`,
  ])('may be written %s', async (type) => {
    expect(
      await sendForm(server.endpoint, form, { headers: { 'content-type': type } }),
    ).toMatchObject(read);
  });

  test.each([
    [400, 'multipart/form-data'],
    [400, 'multipart/form-data; boundary='],
    [400, 'multipart/form-data; boundary=""'],
    [400, `multipart/form-data; boundary=${'x'.repeat(71)}`],
    [400, 'multipart/form-data; boundary="a\\"b"'],
    [415, `multipart/form-data; boundary=${BOUNDARY}; charset=utf-16`],
    [415, `multipart/form-data; boundary=${BOUNDARY}; charset=iso-8859-1`],
    [415, `multipart/mixed; boundary=${BOUNDARY}`],
    [415, `application/json, multipart/form-data; boundary=${BOUNDARY}`],
  ])('is refused with %i: %s', async (status, type) => {
    const before = server.ran.length;
    const answer = await sendForm(server.endpoint, form, { headers: { 'content-type': type } });
    expect(answer).toMatchObject(refusal(status, 'BAD_USER_INPUT'));
    expect(server.ran).toHaveLength(before);
  });

  test('cannot be combined with compression', async () => {
    const answer = await sendForm(server.endpoint, form, {
      headers: { 'content-encoding': 'gzip' },
    });
    expect(answer).toMatchObject(refusal(415, 'BAD_USER_INPUT'));
  });
});
