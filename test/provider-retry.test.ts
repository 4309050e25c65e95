import { BrokenCircuitError } from 'cockatiel';
import { describe, expect, test } from 'vitest';
import { GatewayError, type ErrorCode } from '../src/common/errors.ts';
import { retryDelayMs } from '../src/provider/retry.ts';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { answers, startProviderStub } from './support/provider-stub.ts';
import { scriptedSource } from './support/provider-source.ts';
import { httpResponse, startWireServer } from './support/wire-server.ts';

const QUOTA = httpResponse(JSON.stringify({ code: 200, data: { code: 'hiliad', nums: 3 } }));
const UNHEALTHY = { statusCode: 503, body: '<html>' };

describe('a safe call without an answer is repeated', () => {
  test('after a reset', async () => {
    await using server = await startWireServer((socket) => {
      socket.once('data', () => {
        if (server.sockets.length < 3) socket.resetAndDestroy();
        else socket.write(QUOTA);
      });
    });
    await using provider = connectProvider(server.url);
    expect(await provider.quota()).toMatchObject({ remaining: 3 });
    expect(server.sockets).toHaveLength(3);
  });

  test('after a 5xx without an envelope', async () => {
    await using stub = await startProviderStub((_call, index) =>
      index < 2 ? UNHEALTHY : answers.quota(3),
    );
    await using provider = connectProvider(stub.url);
    expect(await provider.quota()).toMatchObject({ remaining: 3 });
    expect(stub.calls).toHaveLength(3);
  });

  test('after an attempt that hangs', async () => {
    await using server = await startWireServer((socket) => {
      socket.once('data', () => {
        if (server.sockets.length > 1) socket.write(QUOTA);
      });
    });
    await using provider = connectProvider(server.url, { attemptTimeoutMs: 100 });
    expect(await provider.quota()).toMatchObject({ remaining: 3 });
    expect(server.sockets).toHaveLength(2);
  });

  test('as often as allowed, and its last error is reported', async () => {
    await using stub = await startProviderStub(() => UNHEALTHY);
    await using provider = connectProvider(stub.url, { maxAttempts: 4 });
    await expect(provider.status('id')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(stub.calls).toHaveLength(4);
  });

  test('only within its deadline', async () => {
    await using stub = await startProviderStub(() => UNHEALTHY);
    await using provider = connectProvider(stub.url, {
      timeoutMs: 1000,
      retryBaseDelayMs: 5000,
      retryMaxDelayMs: 5000,
    });
    await expect(provider.status('id')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(stub.calls).toHaveLength(1);
  });
});

describe('an answer is final', () => {
  test.for([
    ['a failure of the provider', answers.failure(500)],
    ['a failure of its envelope under a 5xx', { ...answers.failure(9002), statusCode: 503 }],
    ['a 4xx', { statusCode: 404, body: '' }],
    ['a malformed 200', { body: '<html>' }],
  ] as const)('%s', async ([, answer]) => {
    await using stub = await startProviderStub(() => answer);
    await using provider = connectProvider(stub.url);
    await expect(provider.status('id')).rejects.toBeInstanceOf(GatewayError);
    expect(stub.calls).toHaveLength(1);
  });
});

describe('an upload is sent once', () => {
  test('whatever its answer', async () => {
    await using stub = await startProviderStub(() => UNHEALTHY);
    await using provider = connectProvider(stub.url);
    await expect(provider.upload(uploadOf([Buffer.from('x')]))).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    await expect(provider.quota()).rejects.toBeInstanceOf(GatewayError);
    expect(stub.calls.filter((call) => call.path.endsWith('/upload'))).toHaveLength(1);
  });

  test('however its connection ends', async () => {
    await using server = await startWireServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    await using provider = connectProvider(server.url);
    const source = scriptedSource((index) => (index < 50 ? Buffer.alloc(65_536) : null));
    await expect(provider.upload(uploadOf(source))).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    await provider.close();
    expect(server.sockets).toHaveLength(1);
  });
});

function failed(code: ErrorCode) {
  return new GatewayError(code, 'failed');
}

describe('the retry policy', () => {
  const options = { maxAttempts: 5, baseDelayMs: 100, maxDelayMs: 300 };

  test('doubles its pause each time up to the limit, and shortens it at random by up to a half', () => {
    const error = failed('UPSTREAM_TIMEOUT');
    for (const [attempt, longestMs] of [
      [1, 100],
      [2, 200],
      [3, 300],
      [4, 300],
    ] as const) {
      const delays = Array.from({ length: 200 }, () =>
        Number(retryDelayMs({ error, attempt, remainingMs: 1000 }, options)),
      );
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(longestMs / 2);
      expect(Math.max(...delays)).toBeLessThanOrEqual(longestMs);
      expect(new Set(delays).size).toBeGreaterThan(100);
    }
  });

  test.for([
    ['UPSTREAM_UNAVAILABLE', true],
    ['UPSTREAM_TIMEOUT', true],
    ['UPSTREAM_ERROR', false],
    ['UPSTREAM_INVALID_RESPONSE', false],
    ['UPLOAD_FAILED', false],
    ['PHOTO_NOT_FOUND', false],
  ] as const)('%s is repeated: %s', ([code, repeated]) => {
    const delayMs = retryDelayMs({ error: failed(code), attempt: 1, remainingMs: 1000 }, options);
    expect(delayMs !== null).toBe(repeated);
  });

  test('ends with the attempts, the time, an open circuit, and any other error', () => {
    const error = failed('UPSTREAM_TIMEOUT');
    expect(retryDelayMs({ error, attempt: 5, remainingMs: 1000 }, options)).toBeNull();
    expect(retryDelayMs({ error, attempt: 1, remainingMs: 49 }, options)).toBeNull();
    const cause = new BrokenCircuitError();
    const refused = new GatewayError('UPSTREAM_UNAVAILABLE', 'refused', { cause });
    expect(retryDelayMs({ error: refused, attempt: 1, remainingMs: 1000 }, options)).toBeNull();
    expect(
      retryDelayMs({ error: new Error('x'), attempt: 1, remainingMs: 1000 }, options),
    ).toBeNull();
  });
});
