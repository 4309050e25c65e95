import { afterAll, describe, expect, test } from 'vitest';
import { refusal, startForm } from './support/multipart-client.ts';
import { startMultipartServer } from './support/multipart-server.ts';

const server = await startMultipartServer({
  json: { maxBytes: 1000 },
  drain: { idleTimeoutMs: 50 },
});
afterAll(() => server[Symbol.asyncDispose]());

const json = { 'content-type': 'application/json' };

function start(headers: Readonly<Record<string, string>> = json) {
  return startForm(server.endpoint, { headers });
}

function send(body: string | Buffer, headers?: Readonly<Record<string, string>>) {
  const { request, answer } = start(headers);
  request.end(body);
  return answer;
}

const operation = '{"query":"{ __typename }"}';
const answered = { status: 200, body: { data: { __typename: 'Query' } } };

describe('a JSON body', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('may have the type %s', async (type) => {
    expect(await send(operation, { 'content-type': type })).toMatchObject(answered);
  });

  test('may arrive in pieces that are split within a character', async () => {
    const { request, answer } = start();
    const query = 'query ($text: String) { echo(text: $text) }';
    const body = Buffer.from(JSON.stringify({ query, variables: { text: 'a 😀' } }));
    const within = body.indexOf('😀') + 2;
    request.write(body.subarray(0, within));
    request.end(body.subarray(within));
    expect(await answer).toMatchObject({ body: { data: { echo: 'a 😀' } } });
  });

  test.each([
    ['of exactly the limit is accepted', 1000, answered],
    ['of one more byte is refused', 1001, refusal(413, 'BAD_USER_INPUT')],
  ])('%s', async (_what, size, outcome) => {
    const body = operation + ' '.repeat(size - operation.length);
    expect(await send(body)).toMatchObject(outcome);
    const headers = { ...json, 'content-length': String(size) };
    expect(await send(body, headers)).toMatchObject(outcome);
  });

  test('without end is refused while it arrives', async () => {
    const { request, answer } = start();
    request.write(`{"query":"${'x'.repeat(2000)}`);
    expect(await answer).toMatchObject(refusal(413, 'BAD_USER_INPUT'));
    request.destroy();
  });

  test('that stalls is answered 408', async () => {
    await using slow = await startMultipartServer({
      json: { timeoutMs: 50 },
      drain: { idleTimeoutMs: 50 },
    });
    const { request, answer } = startForm(slow.endpoint, { headers: json });
    request.write('{');
    expect(await answer).toMatchObject(refusal(408, 'UPLOAD_FAILED', true));
    request.destroy();
  });

  test.each(['', ' ', '{', 'null', '1', '"{}"', 'true', `${operation}x`])(
    'that is %j is refused',
    async (body) => {
      expect(await send(body)).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
      expect(server.logged).toEqual([]);
    },
  );

  test('that is a batch is refused', async () => {
    expect(await send(`[${operation}]`)).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
  });
});

describe('a body of another type', () => {
  test.each([
    ['text/plain', operation],
    ['application/x-www-form-urlencoded', 'query={__typename}'],
    ['application/graphql', '{ __typename }'],
    ['application/graphql+json', operation],
    ['application/json; charset=utf-16', operation],
    ['application/jsonx', operation],
    ['text/plain, application/json', operation],
    ['json', operation],
  ])('is refused: %s', async (type, body) => {
    expect(await send(body, { 'content-type': type })).toMatchObject(
      refusal(415, 'BAD_USER_INPUT'),
    );
  });

  test('is refused: a compressed one', async () => {
    const headers = { ...json, 'content-encoding': 'gzip' };
    expect(await send(operation, headers)).toMatchObject(refusal(415, 'BAD_USER_INPUT'));
  });

  test('is refused: one without a type', async () => {
    const { request, answer } = start();
    request.removeHeader('content-type');
    request.end(operation);
    expect(await answer).toMatchObject(refusal(415, 'BAD_USER_INPUT'));
  });
});
