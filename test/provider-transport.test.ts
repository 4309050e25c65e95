import { expect, test } from 'vitest';
import { encodeFields } from '../src/provider/form.ts';
import { createTransport } from '../src/provider/transport.ts';
import { startWireServer } from './support/wire-server.ts';

test('a post that is aborted ends with the reason of its signal', async () => {
  const arrived = Promise.withResolvers<void>();
  await using server = await startWireServer((socket) => {
    socket.once('data', () => arrived.resolve());
  });
  const transport = createTransport({
    baseUrl: new URL(server.url),
    connectTimeoutMs: 1000,
    maxConnections: 1,
  });
  const principal = new AbortController();
  const post = transport.post({
    path: '/',
    token: 'token',
    form: encodeFields({ name: 'value' }),
    signal: principal.signal,
  });
  const outcome = Promise.allSettled([post]);
  await arrived.promise;
  const reason = new Error('gone');
  principal.abort(reason);
  expect(await outcome).toEqual([{ status: 'rejected', reason }]);
  await transport.close();
});
