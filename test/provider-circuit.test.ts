import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { collectLog } from './support/provider-log.ts';
import { answers, startProviderStub } from './support/provider-stub.ts';
import { scriptedSource } from './support/provider-source.ts';
import { portOf } from './support/wire-server.ts';

const DOWN = { statusCode: 502, body: 'bad gateway' };
const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE' };
/** Longer than any test, so that the circuit stays open. */
/** The calls of a probe: for the quota, and if that fails, for a photo. */
const PROBE = ['/api/third/company/nums', '/api/third/photo/status'];
const FOR_GOOD = { circuitBreakMs: 3_600_000, circuitFailureThreshold: 3, maxAttempts: 1 };

/** A provider that is down or up as the test says. */
async function startFragileProvider() {
  const health = { up: false };
  const stub = await startProviderStub((call) => {
    if (!health.up) return DOWN;
    return call.path.endsWith('/upload') ? answers.uploaded() : answers.quota(5);
  });
  return { stub, health };
}

/** Fails `count` safe calls. */
async function fail(provider: { quota(): Promise<unknown> }, count: number) {
  for (let index = 0; index < count; index += 1) {
    await expect(provider.quota()).rejects.toMatchObject(UNAVAILABLE);
  }
}

/** Retries until the break of the circuit is over and `call` gets through. */
async function eventually<Result>(call: () => Promise<Result>): Promise<Result> {
  return vi.waitUntil(() => call().catch(() => null), { timeout: 10_000, interval: 5 });
}

afterEach(() => {
  vi.useRealTimers();
});

describe('an open circuit', () => {
  test('refuses every call at once, with advice, and sends nothing', async () => {
    const { stub } = await startFragileProvider();
    await using _ = stub;
    const { log, lines } = collectLog();
    await using provider = connectProvider(stub.url, { ...FOR_GOOD, log });
    await fail(provider, 3);
    const source = scriptedSource(() => Buffer.from('x'));
    for (const call of [
      () => provider.quota(),
      () => provider.status('id'),
      () => provider.resultUrl('id'),
      () => provider.upload(uploadOf(source)),
    ]) {
      await expect(call()).rejects.toMatchObject(UNAVAILABLE);
      await expect(call()).rejects.toThrow('nothing was sent to it, try again in 3600 s.');
    }
    await source.returned;
    expect(source.pulls).toBe(0);
    expect(stub.calls).toHaveLength(3 + PROBE.length);
    expect(provider.state).toBe('silent');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"httpStatus":502,"excerpt":"bad gateway"');
  });

  test('is opened by uploads too', async () => {
    const { stub } = await startFragileProvider();
    await using _ = stub;
    await using provider = connectProvider(stub.url, FOR_GOOD);
    for (let count = 0; count < 3; count += 1) {
      await expect(provider.upload(uploadOf([Buffer.from('x')]))).rejects.toMatchObject(
        UNAVAILABLE,
      );
    }
    await expect(provider.quota()).rejects.toMatchObject(UNAVAILABLE);
    expect(stub.calls.slice(3).map(({ path }) => path)).toEqual(PROBE);
  });

  test('ends the retries of a call that has opened it', async () => {
    const { stub } = await startFragileProvider();
    await using _ = stub;
    await using provider = connectProvider(stub.url, { ...FOR_GOOD, maxAttempts: 10 });
    await fail(provider, 1);
    expect(stub.calls).toHaveLength(3 + PROBE.length);
  });

  test('sends one probe after the break, and closes when it is answered', async () => {
    const { stub, health } = await startFragileProvider();
    await using _ = stub;
    const { log, lines } = collectLog();
    await using provider = connectProvider(stub.url, { ...FOR_GOOD, circuitBreakMs: 20, log });
    await fail(provider, 3);
    health.up = true;
    const quota = await eventually(() => provider.quota());
    expect(quota).toMatchObject({ remaining: 5 });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('calls are refused until a probe succeeds');
    expect(lines[1]).toContain('The provider answers again');
  });

  test('stays open if the probe fails', async () => {
    const { stub } = await startFragileProvider();
    await using _ = stub;
    const { log, lines } = collectLog();
    await using provider = connectProvider(stub.url, { ...FOR_GOOD, circuitBreakMs: 20, log });
    await fail(provider, 3);
    await vi.waitUntil(
      async () => {
        await provider.quota().catch(() => undefined);
        return stub.calls.length === 3 + 3 * PROBE.length;
      },
      { timeout: 10_000, interval: 5 },
    );
    expect(lines).toHaveLength(3);
  });

  test('is probed by a free call before an upload is sent', async () => {
    const { stub, health } = await startFragileProvider();
    await using _ = stub;
    await using provider = connectProvider(stub.url, { ...FOR_GOOD, circuitBreakMs: 20 });
    await fail(provider, 3);
    health.up = true;
    await eventually(() => provider.upload(uploadOf([Buffer.from('x')])));
    expect(stub.calls.slice(3 + PROBE.length).map(({ path }) => path)).toEqual([
      '/api/third/company/nums',
      '/api/third/photo/upload',
    ]);
  });

  test('ends in time when the wall clock is set back', async () => {
    const { stub, health } = await startFragileProvider();
    await using _ = stub;
    await using provider = connectProvider(stub.url, { ...FOR_GOOD, circuitBreakMs: 20 });
    await fail(provider, 3);
    health.up = true;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    expect(await eventually(() => provider.quota())).toMatchObject({ remaining: 5 });
  });
});

describe('the circuit stays closed', () => {
  test.for([
    ['answers with a 5xx', () => DOWN],
    ['never answers', () => Promise.withResolvers<never>().promise],
  ] as const)('for uploads if the provider %s for particular photos', async ([, answer]) => {
    await using stub = await startProviderStub((call) => {
      if (call.path.endsWith('/status')) return answer();
      return call.path.endsWith('/upload') ? answers.uploaded() : answers.quota(5);
    });
    await using provider = connectProvider(stub.url, { ...FOR_GOOD, attemptTimeoutMs: 1000 });
    for (let count = 0; count < 4; count += 1) {
      await expect(provider.status('id')).rejects.toMatchObject({ retryable: true });
    }
    expect(provider.state).toBe('answering');
    expect(await provider.upload(uploadOf([Buffer.from('x')]))).toHaveProperty('id');
  });

  test('if only the quota cannot be read', async () => {
    await using stub = await startProviderStub((call) => {
      if (call.path.endsWith('/nums')) return DOWN;
      return call.path.endsWith('/upload') ? answers.uploaded() : answers.failure(9002);
    });
    await using provider = connectProvider(stub.url, FOR_GOOD);
    await fail(provider, 10);
    expect(await provider.upload(uploadOf([Buffer.from('x')]))).toHaveProperty('id');
  });

  test('whatever the provider answers', async () => {
    await using stub = await startProviderStub((_call, index) =>
      index % 2 === 0 ? answers.failure(500) : { body: '<html>' },
    );
    await using provider = connectProvider(stub.url, FOR_GOOD);
    for (let count = 0; count < 10; count += 1) {
      await provider.status('id').catch(() => undefined);
    }
    expect(stub.calls).toHaveLength(10);
  });

  test('if failures are not consecutive, since answers of any kind come between', async () => {
    await using stub = await startProviderStub((_call, index) =>
      index % 3 === 2 ? answers.failure(9002) : DOWN,
    );
    await using provider = connectProvider(stub.url, FOR_GOOD);
    for (let count = 0; count < 12; count += 1) {
      await provider.status('id').catch(() => undefined);
    }
    expect(stub.calls).toHaveLength(12);
  });

  test('if clients give up, fail or are slow', async () => {
    const { stub, health } = await startFragileProvider();
    await using _ = stub;
    health.up = true;
    await using provider = connectProvider(stub.url, { ...FOR_GOOD, uploadTimeoutMs: 50 });
    for (let count = 0; count < 4; count += 1) {
      const failing = scriptedSource(() => Promise.reject(new Error('the client is gone')));
      await expect(provider.upload(uploadOf(failing))).rejects.toThrow('the client is gone');
      const slow = scriptedSource(() => Promise.withResolvers<never>().promise);
      await expect(provider.upload(uploadOf(slow))).rejects.toMatchObject({
        code: 'UPSTREAM_TIMEOUT',
      });
      const controller = new AbortController();
      const call = provider.status('id', controller.signal);
      controller.abort();
      await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    }
    expect(await provider.quota()).toMatchObject({ remaining: 5 });
  });
});

test('a probe that its caller abandons does not close the circuit', async () => {
  const reached = Promise.withResolvers<void>();
  let hold = false;
  await using stub = await startProviderStub(async () => {
    if (hold) {
      reached.resolve();
      await Promise.withResolvers<never>().promise;
    }
    return DOWN;
  });
  const { log, lines } = collectLog();
  await using provider = connectProvider(stub.url, {
    ...FOR_GOOD,
    circuitBreakMs: 20,
    attemptTimeoutMs: 200,
    log,
  });
  await fail(provider, 3);
  hold = true;
  const controller = new AbortController();
  const probing = eventually(async () => {
    await provider.quota(controller.signal).catch((error: unknown) => {
      if (!controller.signal.aborted) throw error;
    });
    return true;
  });
  await reached.promise;
  controller.abort();
  await probing;
  await expect.poll(() => lines.length).toBe(2);
  expect(lines.join('\n')).not.toContain('answers again');
});

test('a provider that refuses connections is served again once it listens', async () => {
  const reserved = await listen(createServer(), 0);
  const port = portOf(reserved.address());
  reserved.close();
  await once(reserved, 'close');
  await using provider = connectProvider(`http://127.0.0.1:${port}`, {
    circuitBreakMs: 20,
    circuitFailureThreshold: 3,
  });
  await fail(provider, 2);
  const body = JSON.stringify({ code: 200, data: { code: 'hiliad', nums: 5 } });
  const server = await listen(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => {
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      });
    }),
    port,
  );
  expect(await eventually(() => provider.quota())).toMatchObject({ remaining: 5 });
  server.close();
});

async function listen(server: Server, port: number): Promise<Server> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
