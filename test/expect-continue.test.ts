import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import {
  Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { FORM_HEADERS, fieldsFor, file, wholeForm } from './support/multipart-client.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const run = promisify(execFile);

const { photos } = createEmptyModule();
const gateway = await startBareServer(photos);
afterAll(() => gateway.close());

const JSON_HEADERS = { 'content-type': 'application/json' };
const query = JSON.stringify({ query: '{ __typename }' });

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether the server asked for the body. */
  readonly continued: boolean;
}

/** Sends a head with `Expect: 100-continue`, and the body only if the server asks for it. */
async function send(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
  agent: Agent | false = false,
): Promise<Answer> {
  let continued = false;
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const request = httpRequest(address, {
    method: 'POST',
    agent,
    headers: { ...length, ...headers, expect: '100-continue' },
  });
  request.on('continue', () => {
    continued = true;
    request.end(body);
  });
  request.flushHeaders();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('response', resolve).on('error', reject);
  const response = await promise;
  const answer = { status: response.statusCode, headers: response.headers, continued };
  const content = await text(response);
  request.destroy();
  return { ...answer, body: content };
}

describe('a request that waits for 100 Continue', () => {
  const form = wholeForm([...fieldsFor('uploadPhoto'), file('0')]);
  const { 'graphql-preflight': _none, ...forged } = FORM_HEADERS;
  const large = { ...FORM_HEADERS, 'content-length': '900000000' };

  test.each([
    ['a form without a preflight header', 403, '/graphql', forged],
    ['a form that is too large', 413, '/graphql', large],
    [
      'a form without a boundary',
      400,
      '/graphql',
      { ...FORM_HEADERS, 'content-type': 'multipart/form-data' },
    ],
    [
      'a form whose answer would not be taken',
      406,
      '/graphql',
      { ...FORM_HEADERS, accept: 'image/png' },
    ],
    ['another media type', 415, '/graphql', { 'content-type': 'text/plain' }],
    ['JSON that is too large', 413, '/graphql', { ...JSON_HEADERS, 'content-length': '900000000' }],
    ['an unknown path', 404, '/nothing', JSON_HEADERS],
  ])('is refused before that: %s', async (_what, status, path, headers) => {
    const answer = await send(gateway.url + path, headers, form);
    expect(answer).toMatchObject({ status, continued: false, headers: { connection: 'close' } });
    expect(JSON.parse(answer.body)).toBeTypeOf('object');
  });

  test('is asked for its body otherwise, and its connection is kept', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await send(`${gateway.url}/graphql`, JSON_HEADERS, query, agent);
      expect(answer).toMatchObject({
        status: 200,
        continued: true,
        headers: { connection: 'keep-alive' },
        body: '{"data":{"__typename":"Query"}}',
      });
    }
    agent.destroy();
  });

  test('of curl is refused before its file is sent', async () => {
    await using folder = await makeTemporaryDirectory();
    const path = join(folder.path, 'photo.jpg');
    await writeFile(path, Buffer.alloc(2_000_000));
    const told = [
      '--silent',
      '--output',
      '/dev/null',
      '--write-out',
      '%{http_code} %{size_upload}',
    ];
    const sent = ['--header', 'Expect: 100-continue', '--form', `0=@${path}`, gateway.endpoint];
    const { stdout } = await run('curl', [...told, ...sent]);
    expect(stdout).toBe('403 0');
  });

  test('is asked for a form', async () => {
    const answer = await send(`${gateway.url}/graphql`, FORM_HEADERS, form);
    expect(answer).toMatchObject({ status: 200, continued: true });
  });
});
