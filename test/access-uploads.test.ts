import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  makeKeysFile,
  startGuardedGateway,
  type GuardedGateway,
} from './support/access-gateway.ts';
import { startIssuer, type Issuer } from './support/access-issuer.ts';
import {
  BOUNDARY,
  field,
  file,
  FORM_HEADERS,
  startForm,
  wholeForm,
} from './support/multipart-client.ts';

const started = new AsyncDisposableStack();
let gateway: GuardedGateway;
let issuer: Issuer;
let key: string;

beforeAll(async () => {
  issuer = started.use(await startIssuer());
  const keys = started.use(await makeKeysFile());
  key = await keys.add('anna');
  gateway = started.use(await startGuardedGateway({ ...issuer.env, API_KEYS_FILE: keys.path }));
});
afterAll(() => started.disposeAsync());

const mutation =
  'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';
const formOf = (content: string | Buffer) =>
  wholeForm([
    field('operations', { query: mutation, variables: { file: null } }),
    field('map', { 0: ['variables.file'] }),
    file('0', content),
  ]);

const UNAUTHENTICATED = { code: 'UNAUTHENTICATED', retryable: false, charged: false };

describe('an upload without a credential', () => {
  test('is answered, with its cost, while its body stalls', async () => {
    const { request, answer } = startForm(gateway.endpoint);
    request.write(`--${BOUNDARY}\r\n`);
    expect(await answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      body: { errors: [{ extensions: UNAUTHENTICATED }] },
    });
    request.destroy();
  });

  test('is answered when it has arrived completely, however long it is', async () => {
    const { request, answer } = startForm(gateway.endpoint);
    request.end(formOf(Buffer.alloc(5_000_000)));
    expect(await answer).toMatchObject({ status: 401 });
  });

  test('is not parsed, so nothing else that is wrong with it is reported', async () => {
    const { request, answer } = startForm(gateway.endpoint, {
      headers: { 'content-type': 'multipart/form-data', 'content-encoding': 'gzip' },
    });
    request.end('nonsense');
    expect(await answer).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  });
});

/** Sends an upload in one packet, so that all of it has arrived before it is read. */
async function uploadAtOnce(headers: Readonly<Record<string, string>>): Promise<string> {
  const body = formOf('no picture');
  const lines = Object.entries({
    host: new URL(gateway.url).host,
    connection: 'close',
    'content-length': String(body.length),
    ...FORM_HEADERS,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    Buffer.concat([Buffer.from(`POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n`), body]),
  );
  return text(socket);
}

describe('an upload that arrives in one packet', () => {
  test.each([
    ['an API key', () => ({ 'x-api-key': key })],
    ['a token', async () => ({ authorization: `Bearer ${await issuer.token()}` })],
  ])('is read up to its file with %s', async (_what, credentials) => {
    expect(await uploadAtOnce(await credentials())).toContain('"UNSUPPORTED_FILE_TYPE"');
  });
});
