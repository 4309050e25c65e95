import { expect, test } from 'vitest';
import { connectProvider } from './support/provider-client.ts';
import { httpResponse, startWireServer } from './support/wire-server.ts';

const READY = JSON.stringify({ code: 200, data: { msg: '', status: 200 } });

test.concurrent.for<[name: string, headers: readonly string[], patienceMs: number]>([
  ['a server that closes after the usual 5 s', [], 5000],
  ['a server that announces its own timeout', ['keep-alive: timeout=3'], 3000],
])('the gateway closes an idle connection before %s does', async ([, headers, patienceMs]) => {
  const closedBy = Promise.withResolvers<'client' | 'server'>();
  await using server = await startWireServer((socket) => {
    let timer: NodeJS.Timeout | undefined;
    socket.on('data', () => {
      socket.write(httpResponse(READY, headers));
      timer = setTimeout(() => closedBy.resolve('server'), patienceMs);
    });
    socket.once('end', () => {
      clearTimeout(timer);
      closedBy.resolve('client');
    });
  });
  await using provider = connectProvider(server.url);
  await provider.status('id');
  expect(await closedBy.promise).toBe('client');
});
