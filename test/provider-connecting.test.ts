import { expect, test } from 'vitest';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { scriptedSource } from './support/provider-source.ts';
import { startUnacceptingServer } from './support/wire-unaccepting-server.ts';

/** The number of connections of this process that are being opened. */
function connecting() {
  return process.getActiveResourcesInfo().filter((type) => type === 'ConnectWrap').length;
}

const TIMEOUT = { code: 'UPSTREAM_TIMEOUT' };

test('a call whose connection does not open is given up in time', async () => {
  await using server = await startUnacceptingServer();
  await using provider = connectProvider(server.url, { timeoutMs: 200 });
  await expect(provider.status('id')).rejects.toMatchObject(TIMEOUT);
});

test('an attempt whose connection does not open is given up in time, too', async () => {
  await using server = await startUnacceptingServer();
  const slow = { timeoutMs: 3_600_000, connectTimeoutMs: 3_600_000 };
  await using provider = connectProvider(server.url, { ...slow, attemptTimeoutMs: 50 });
  await expect(provider.status('id')).rejects.toMatchObject(TIMEOUT);
});

test('an upload whose connection does not open is given up soon, without reading its picture', async () => {
  await using server = await startUnacceptingServer();
  await using provider = connectProvider(server.url, { connectTimeoutMs: 100 });
  const source = scriptedSource(() => Buffer.from('x'));
  await expect(provider.upload(uploadOf(source))).rejects.toMatchObject({
    ...TIMEOUT,
    cause: { code: 'UND_ERR_CONNECT_TIMEOUT' },
  });
  await source.returned;
  expect(source.pulls).toBe(0);
});

test('a caller that gives up does not wait for the connection', async () => {
  await using server = await startUnacceptingServer();
  await using provider = connectProvider(server.url);
  const source = scriptedSource(() => Buffer.from('x'));
  const reason = new Error('gone');
  const principal = new AbortController();
  const upload = provider.upload(uploadOf(source), principal.signal);
  principal.abort(reason);
  await expect(upload).rejects.toBe(reason);
  await source.returned;
});

test('closing ends connections that are being opened', async () => {
  await using server = await startUnacceptingServer();
  const provider = connectProvider(server.url);
  const outcome = Promise.allSettled([provider.status('id')]);
  await expect.poll(connecting).toBe(1);
  await provider.close();
  await expect.poll(connecting).toBe(0);
  expect(await outcome).toMatchObject([{ reason: { code: 'UPSTREAM_UNAVAILABLE' } }]);
});
