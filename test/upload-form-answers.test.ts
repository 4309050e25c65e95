import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import {
  fieldsFor,
  file,
  FORM_END,
  FORM_HEADERS,
  openForm,
  refusal,
  sendForm,
  startForm,
  wholeForm,
} from './support/multipart-client.ts';
import { startMultipartServer } from './support/multipart-server.ts';

const large = Buffer.alloc(800_000);
const failing = { body: { errors: [{ extensions: { code: 'QUOTA_EXHAUSTED' } }] } };
const beginning = openForm([...fieldsFor('fail'), file('0', large)]);

describe('an answer that is ready while the request still arrives', () => {
  test('waits for the rest of the request', async () => {
    await using server = await startMultipartServer();
    const { request, answer } = startForm(server.endpoint);
    let answered = false;
    request.once('response', () => {
      answered = true;
    });
    request.write(beginning);
    await expect.poll(() => server.ran).toEqual(['fail']);
    // The connection has accepted all of it, so the operation failed long ago.
    await new Promise((resolve) => request.write(large, resolve));
    expect(answered).toBe(false);
    request.end(FORM_END);
    expect(await answer).toMatchObject({ ...failing, headers: { connection: 'close' } });
  });

  test('leaves the connection usable for the next request', async () => {
    await using server = await startMultipartServer();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const mutation of ['fail', 'openAndFail', 'readSomeAndFail', 'unknown']) {
      const answer = await sendForm(server.endpoint, formFor(mutation), { agent });
      expect(answer.headers.connection).toBe('keep-alive');
      expect(await sendForm(server.endpoint, formFor('read'), { agent })).toMatchObject({
        body: { data: { read: large.length } },
      });
    }
    expect(new Set(server.requests.map(({ socket }) => socket))).toHaveLength(1);
    agent.destroy();
  });

  test.each([
    ['bytes', { maxBytes: 100_000 }],
    ['time', { timeoutMs: 50 }],
    ['time without a byte', { idleTimeoutMs: 50 }],
  ])(
    'is sent when its limit of %s is exceeded, complete and as the last of its connection',
    async (_bound, drain) => {
      await using server = await startMultipartServer({ drain });
      const { request, answer } = startForm(server.endpoint);
      request.write(beginning);
      expect(await answer).toMatchObject({ ...failing, headers: { connection: 'close' } });
      const closed = once(request, 'close');
      request.write(large);
      await closed;
      expect(server.logged).toEqual([]);
    },
  );

  test('reaches a client that keeps sending before it reads', async () => {
    await using server = await startMultipartServer({
      drain: { maxBytes: 1_000_000, timeoutMs: 2000 },
    });
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    const headers = { host: 'localhost', 'transfer-encoding': 'chunked', ...FORM_HEADERS };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n`);
    const chunk = (bytes: Buffer) => {
      socket.write(`${bytes.length.toString(16)}\r\n`);
      socket.write(bytes);
      return new Promise((resolve) => socket.write('\r\n', resolve));
    };
    await chunk(beginning);
    // More than the answer waits for, less than is then still read.
    for (let sent = 0; sent < 1_800_000; sent += 100_000) await chunk(large.subarray(0, 100_000));
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toContain('QUOTA_EXHAUSTED');
    socket.destroy();
  });

  test('does not wait for a client that has disconnected', async () => {
    await using server = await startMultipartServer({
      drain: { timeoutMs: 3_600_000, idleTimeoutMs: 3_600_000 },
    });
    const { request } = startForm(server.endpoint);
    request.write(beginning);
    await expect.poll(() => server.ran).toEqual(['fail']);
    request.destroy();
    const [incoming] = server.requests;
    await expect.poll(() => incoming?.socket.destroyed).toBe(true);
    await expect.poll(() => incoming?.listenerCount('data')).toBe(0);
  });
});

describe('a client that announces more and sends nothing', () => {
  test('is answered 403 within the limit if its form has no preflight header', async () => {
    await using server = await startMultipartServer({ drain: { idleTimeoutMs: 50 } });
    const { request, answer } = startForm(server.endpoint, {
      headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': '1000' },
    });
    request.removeHeader('graphql-preflight');
    request.write('x');
    expect(await answer).toMatchObject(refusal(403, 'FORBIDDEN'));
    await once(request, 'close');
  });

  test('is answered within the limit if its operation is not a form', async () => {
    await using server = await startMultipartServer({ drain: { idleTimeoutMs: 50 } });
    const { request, answer } = startForm(server.endpoint, {
      headers: { 'content-type': 'text/plain', 'content-length': '1000' },
    });
    request.write('x');
    expect(await answer).toMatchObject(refusal(415, 'BAD_USER_INPUT'));
    await once(request, 'close');
  });
});

function formFor(mutation: string): Buffer {
  return wholeForm([...fieldsFor(mutation), file('0', large)]);
}
