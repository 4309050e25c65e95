import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connectSimulator, pathOf } from './support/simulator-client.ts';

/** The beginning of an upload's form: fields, then the head of a file without its bytes. */
function formHead(fields: Readonly<Record<string, string>>): string {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--edge\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join('')}--edge\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n`;
}

function requestHead(token: string, contentLength: number): string {
  const headers = [
    `POST ${pathOf('upload')} HTTP/1.1`,
    'host: provider',
    'content-type: multipart/form-data; boundary=edge',
    `content-length: ${contentLength}`,
    `token: ${token}`,
  ];
  return `${headers.join('\r\n')}\r\n\r\n`;
}

/** The received data, once it contains `text`. */
async function receive(socket: Socket, text: string): Promise<string> {
  let received = '';
  while (!received.includes(text)) {
    const [chunk] = await once(socket, 'data');
    received += String(chunk);
  }
  return received;
}

/** The parser holds back what may be the beginning of a boundary, so the file needs a few bytes. */
const FILE_START = Buffer.alloc(100);
const GOOD = { third_code: 'demo', repair_type: 'sr' };
const MANY_BYTES = 5_000_000;

test.for([
  { why: 'a wrong token', token: 'wrong', fields: GOOD, uploads: 1, errno: 9999 },
  { why: 'no upload left', token: undefined, fields: GOOD, uploads: 0, errno: 9101 },
  {
    why: 'an unknown repair type',
    token: undefined,
    fields: { ...GOOD, repair_type: 'x' },
    uploads: 1,
    errno: 9001,
  },
])(
  '$why is answered before the file arrives, and the connection is usable once the rest was sent',
  async ({ token, fields, uploads, errno }) => {
    const { simulator, token: rightToken } = await connectSimulator({ uploads });
    await using _ = simulator;
    const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1');
    const head = formHead(fields);
    const contentLength = head.length + FILE_START.length + MANY_BYTES;
    socket.write(requestHead(token ?? rightToken(), contentLength) + head);
    socket.write(FILE_START);
    expect(await receive(socket, `"errno":${errno}`)).toContain('HTTP/1.1 200 OK');

    socket.write(Buffer.alloc(MANY_BYTES));
    socket.write(`GET /static/none HTTP/1.1\r\nhost: provider\r\n\r\n`);
    expect(await receive(socket, '404')).toContain('HTTP/1.1 404');
    socket.destroy();
    expect(simulator.uploadsLeft).toBe(uploads);
  },
);

test('a client that requests the end of the connection still gets its early answer', async () => {
  const { simulator, token } = await connectSimulator({ uploads: 0 });
  await using _ = simulator;
  const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1');
  const head = formHead(GOOD);
  const request = requestHead(token(), head.length + FILE_START.length + MANY_BYTES);
  socket.write(`${request.replace('host:', 'connection: close\r\nhost:')}${head}`);
  socket.write(FILE_START);
  expect(await receive(socket, '"errno":9101')).toContain('HTTP/1.1 200 OK');
  socket.write(Buffer.alloc(MANY_BYTES));
  await once(socket.resume(), 'end');
  expect(socket.errored).toBeNull();
  socket.destroy();
});

test('a client that never stops sending is cut off', async () => {
  const { simulator, token } = await connectSimulator({ uploads: 0, maxFileSizeBytes: 1_000_000 });
  await using _ = simulator;
  const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined).on('drain', sendMore);
  const head = formHead(GOOD);
  socket.write(requestHead(token(), Number.MAX_SAFE_INTEGER) + head);
  socket.write(FILE_START);
  await receive(socket, '"errno":9101');
  const bytesBefore = socket.bytesWritten;
  function sendMore() {
    while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
  }
  socket.resume();
  sendMore();
  await closed;
  const sentBytes = socket.bytesWritten - bytesBefore;
  expect(sentBytes).toBeGreaterThan(1_000_000);
  // No more than the limit and the sockets' buffers. Without the limit it would be gigabytes.
  expect(sentBytes).toBeLessThan(50_000_000);
});

test('a client that stops in the middle of the rest is cut off after a while', async () => {
  const { simulator, token } = await connectSimulator({ uploads: 0, drainTimeoutMs: 50 });
  await using _ = simulator;
  const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1');
  const head = formHead(GOOD);
  socket.on('error', () => undefined);
  socket.write(requestHead(token(), head.length + MANY_BYTES) + head);
  socket.write(FILE_START);
  expect(await receive(socket, '"errno":9101')).toContain('HTTP/1.1 200 OK');
  await new Promise((resolve) => socket.resume().once('close', resolve));
  expect(socket.destroyed).toBe(true);
});

test('a client that disconnects in the middle of its file is not charged and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'photo-test-'));
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { simulator, token, call } = await connectSimulator();
  await using _ = simulator;
  const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1');
  const head = formHead(GOOD);
  const answered = once(simulator.events, 'answer');
  socket.write(requestHead(token(), head.length + MANY_BYTES) + head);
  socket.write(Buffer.alloc(100_000));
  await once(simulator.events, 'request');
  socket.resetAndDestroy();
  expect((await answered)[0]).toMatchObject({ endpoint: 'upload', errno: 9006 });
  expect(await call('nums')).toMatchObject({ data: { nums: 100 } });
  const [own = ''] = await readdir(folder);
  expect(own).toMatch(/^photo-simulator-/);
  expect(await readdir(join(folder, own))).toEqual([]);
  await simulator.close();
  await rm(folder, { recursive: true });
});
