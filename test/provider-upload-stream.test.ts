import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../src/common/errors.ts';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { scriptedSource, silence } from './support/provider-source.ts';
import { httpResponse, startWireServer } from './support/wire-server.ts';

const CHUNK = Buffer.alloc(64 * 1024, 'x');
const UPLOADED = httpResponse(
  JSON.stringify({ code: 200, data: { img_url: 'https://photo.example/in.jpg', mdf: 'abc' } }),
);
/** The end of a chunked body. */
const LAST_CHUNK = '\r\n0\r\n\r\n';

/** A server that reads one connection, and reports what it has read and when it has ended. */
async function startReader(onData: (socket: Socket, text: string) => void = () => undefined) {
  let text = '';
  const closed = Promise.withResolvers<string>();
  const opened = Promise.withResolvers<void>();
  const server = await startWireServer((socket) => {
    opened.resolve();
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      onData(socket, text);
    });
    socket.once('close', () => closed.resolve(text));
    socket.once('end', () => socket.end());
  });
  return { server, opened: opened.promise, received: closed.promise };
}

/** The upload's first chunk, then what `then` returns. */
function firstChunkThen(then: () => Promise<Uint8Array | null>) {
  return scriptedSource((index) => (index === 0 ? CHUNK : then()));
}

test('the first bytes reach the provider before the last exist', async () => {
  const firstArrived = Promise.withResolvers<void>();
  const { server } = await startReader((socket, text) => {
    if (text.includes('first')) firstArrived.resolve();
    if (text.endsWith(LAST_CHUNK)) socket.write(UPLOADED);
  });
  await using _ = server;
  await using provider = connectProvider(server.url);
  const source = scriptedSource(async (index) => {
    if (index === 0) return Buffer.from('first');
    if (index === 2) return null;
    await firstArrived.promise;
    return Buffer.from('last');
  });
  await expect(provider.upload(uploadOf(source))).resolves.toMatchObject({ id: 'abc' });
});

test('a provider that reads nothing holds the source back', async () => {
  await using server = await startWireServer((socket) => {
    socket.pause();
  });
  await using provider = connectProvider(server.url, { uploadIdleTimeoutMs: 300 });
  const source = scriptedSource(() => CHUNK);
  await expect(provider.upload(uploadOf(source))).rejects.toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
  });
  // The buffers of both sockets hold that much; the system lets them grow to some megabytes.
  expect(source.pulls).toBeLessThan(400);
  await source.returned;
});

describe('an upload that ends early never looks complete to the provider', () => {
  test('when the source fails, whose error is thrown as it is', async () => {
    const { server, received } = await startReader();
    await using _ = server;
    await using provider = connectProvider(server.url);
    const tooLarge = new GatewayError('FILE_TOO_LARGE', 'too large');
    const source = firstChunkThen(() => Promise.reject(tooLarge));
    await expect(provider.upload(uploadOf(source))).rejects.toBe(tooLarge);
    expect(await received).not.toContain(LAST_CHUNK);
  });

  test('when the source fails before its first byte', async () => {
    const { server, received } = await startReader();
    await using _ = server;
    await using provider = connectProvider(server.url);
    const failure = new TypeError('no bytes');
    const source = scriptedSource(() => Promise.reject(failure));
    await expect(provider.upload(uploadOf(source))).rejects.toBe(failure);
    expect(await received).not.toContain(LAST_CHUNK);
  });

  test('when the caller aborts, while the source is silent', async () => {
    const arrived = Promise.withResolvers<void>();
    const { server, received } = await startReader((_socket, text) => {
      if (text.includes('xxx')) arrived.resolve();
    });
    await using _ = server;
    await using provider = connectProvider(server.url);
    const source = firstChunkThen(silence);
    const principal = new AbortController();
    const upload = provider.upload(uploadOf(source), principal.signal);
    await arrived.promise;
    const reason = new Error('the client is gone');
    principal.abort(reason);
    await expect(upload).rejects.toBe(reason);
    await source.returned;
    expect(await received).not.toContain(LAST_CHUNK);
  });

  test('when its time is over', async () => {
    const { server, received } = await startReader();
    await using _ = server;
    await using provider = connectProvider(server.url, { uploadTimeoutMs: 200 });
    const source = firstChunkThen(silence);
    await expect(provider.upload(uploadOf(source))).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
    });
    await source.returned;
    expect(await received).not.toContain(LAST_CHUNK);
  });

  test('when the provider closes', async () => {
    const arrived = Promise.withResolvers<void>();
    const { server, received } = await startReader((socket) => {
      socket.destroy();
      arrived.resolve();
    });
    await using _ = server;
    await using provider = connectProvider(server.url);
    const source = firstChunkThen(silence);
    await expect(provider.upload(uploadOf(source))).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    await source.returned;
    expect(await received).not.toContain(LAST_CHUNK);
  });
});

test('the provider is not blamed for a slow source', async () => {
  const { server } = await startReader((socket, text) => {
    if (text.endsWith(LAST_CHUNK)) socket.write(UPLOADED);
  });
  await using _ = server;
  await using provider = connectProvider(server.url, { uploadIdleTimeoutMs: 20 });
  const source = scriptedSource(async (index) => {
    const waited = Promise.withResolvers<void>();
    setTimeout(waited.resolve, 60);
    await waited.promise;
    return index === 3 ? null : Buffer.from('x');
  });
  await expect(provider.upload(uploadOf(source))).resolves.toMatchObject({ id: 'abc' });
});

test('the answer to a complete picture is awaited beyond the idle timeout', async () => {
  const { server } = await startReader((socket, text) => {
    if (text.endsWith(LAST_CHUNK)) setTimeout(() => socket.write(UPLOADED), 100);
  });
  await using _ = server;
  await using provider = connectProvider(server.url, { uploadIdleTimeoutMs: 20 });
  await expect(provider.upload(uploadOf([CHUNK]))).resolves.toMatchObject({ id: 'abc' });
});

test('an upload that is already aborted reads nothing and makes no call', async () => {
  const { server } = await startReader();
  await using _ = server;
  await using provider = connectProvider(server.url);
  const source = scriptedSource(() => CHUNK);
  const reason = new Error('gone before');
  await expect(provider.upload(uploadOf(source), AbortSignal.abort(reason))).rejects.toBe(reason);
  await source.returned;
  expect(source.pulls).toBe(0);
  expect(server.sockets).toHaveLength(0);
});

test('a source that has ended gets no return()', async () => {
  const { server } = await startReader((socket, text) => {
    if (text.endsWith(LAST_CHUNK)) socket.write(UPLOADED);
  });
  await using _ = server;
  await using provider = connectProvider(server.url);
  const source = scriptedSource((index) => (index === 0 ? CHUNK : null));
  await provider.upload(uploadOf(source));
  await provider.close();
  expect(await Promise.race([source.returned, turn('never')])).toBe('never');
});

test('a connection is reused after an upload', async () => {
  const { server } = await startReader((socket, text) => {
    if (text.endsWith(LAST_CHUNK)) socket.write(UPLOADED);
  });
  await using _ = server;
  await using provider = connectProvider(server.url);
  await provider.upload(uploadOf([CHUNK]));
  // The pool does not reuse a connection for one turn, in case the server closes it.
  await turn();
  await provider.upload(uploadOf([CHUNK]));
  expect(server.sockets).toHaveLength(1);
});
