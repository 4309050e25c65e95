import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { scriptedSource, silence } from './support/provider-source.ts';
import { startProviderStub } from './support/provider-stub.ts';
import { startWireServer } from './support/wire-server.ts';

const CLOSED = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'The gateway is shutting down: try again in a moment.',
};

test('calls in flight fail when the provider is closed, and their connections end', async () => {
  const closed: Promise<void>[] = [];
  const arrived = Promise.withResolvers<void>();
  await using server = await startWireServer((socket) => {
    const gone = Promise.withResolvers<void>();
    closed.push(gone.promise);
    socket.once('close', () => gone.resolve());
    socket.once('end', () => socket.end());
    socket.on('data', () => {
      if (server.sockets.length === 4) arrived.resolve();
    });
  });
  const provider = connectProvider(server.url);
  const source = scriptedSource(silence);
  const calls = [
    provider.status('id'),
    provider.resultUrl('id'),
    provider.quota(),
    provider.upload(uploadOf(source)),
  ];
  const outcomes = Promise.allSettled(calls);
  await arrived.promise;
  await provider.close();
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: CLOSED });
  }
  await source.returned;
  await Promise.all(closed);
  expect(closed).toHaveLength(4);
});

test('a call after the close fails at once, and a second close does nothing', async () => {
  await using stub = await startProviderStub(() => ({ body: '' }));
  const provider = connectProvider(stub.url);
  await provider.close();
  await provider.close();
  await expect(provider.quota()).rejects.toMatchObject(CLOSED);
  await expect(provider.upload(uploadOf([Buffer.from('x')]))).rejects.toMatchObject(CLOSED);
  expect(stub.calls).toHaveLength(0);
});

test('a pause between two attempts ends with the provider', async () => {
  await using stub = await startProviderStub(() => ({ statusCode: 503, body: '' }));
  const provider = connectProvider(stub.url, {
    timeoutMs: 3_600_000,
    retryBaseDelayMs: 1_800_000,
    retryMaxDelayMs: 1_800_000,
  });
  const outcome = Promise.allSettled([provider.quota()]);
  await expect.poll(() => stub.calls.length).toBe(1);
  await provider.close();
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: CLOSED }]);
});

test('nothing keeps the process alive after the close, however the calls ended', async () => {
  const script = fileURLToPath(new URL('support/provider-script.ts', import.meta.url));
  const { stderr } = await promisify(execFile)(process.execPath, [script], { timeout: 20_000 });
  expect(stderr).toBe('');
});
