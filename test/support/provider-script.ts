import { GatewayError } from '../../src/common/errors.ts';
import { connectProvider, uploadOf } from './provider-client.ts';
import { scriptedSource, silence } from './provider-source.ts';
import { httpResponse, startWireServer } from './wire-server.ts';

/**
 * Runs as its own process: makes calls that succeed, fail, hang, are abandoned and are cut off by
 * `close`. It must then end by itself, since nothing may be left that keeps it alive.
 */
const READY = httpResponse(JSON.stringify({ code: 200, data: { status: 200 } }));

async function run() {
  let mode: 'answer' | 'reset' | 'hang' = 'answer';
  const server = await startWireServer((socket) => {
    socket.on('data', () => {
      if (mode === 'answer') socket.write(READY);
      if (mode === 'reset') socket.resetAndDestroy();
    });
  });
  const provider = connectProvider(server.url, {
    timeoutMs: 3_600_000,
    uploadTimeoutMs: 3_600_000,
    uploadIdleTimeoutMs: 3_600_000,
  });
  await provider.status('a');
  mode = 'reset';
  await provider.status('a').catch(expected);
  await provider.upload(uploadOf([Buffer.from('x')])).catch(expected);
  mode = 'hang';
  const controller = new AbortController();
  const abandoned = provider.status('a', controller.signal).catch(() => undefined);
  controller.abort();
  await abandoned;
  const cut = [
    provider.status('b').catch(expected),
    provider.quota().catch(expected),
    provider.upload(uploadOf(scriptedSource(silence))).catch(expected),
  ];
  await provider.close();
  await Promise.all(cut);
  await server[Symbol.asyncDispose]();
}

function expected(error: unknown) {
  if (!(error instanceof GatewayError && error.code === 'UPSTREAM_UNAVAILABLE')) throw error;
}

await run();
