import { describe, expect, test } from 'vitest';
import { dataOf, failureOf } from './support/graphql-client.ts';
import { startRecordingProvider } from './support/recording-provider.ts';
import { jpegStart, startSlowUpload } from './support/slow-upload.ts';
import { startGatewayOf } from './support/start-gateway.ts';

describe('a picture that is being uploaded', () => {
  test('reaches the provider before its last byte has arrived', async () => {
    await using provider = await startRecordingProvider();
    await using gateway = await startGatewayOf(provider.env);
    const upload = startSlowUpload(gateway);
    upload.write(jpegStart);
    await expect.poll(() => provider.calls[0]?.receivedBytes).toBeGreaterThan(jpegStart.length);
    upload.write(Buffer.alloc(10_000));
    upload.end();
    expect(dataOf(await upload.result).uploadPhoto.id).toBe('a');
    expect(await provider.calls[0]?.outcome).toBe('complete');
  });

  test('is read no faster than the provider reads', async () => {
    await using provider = await startRecordingProvider({ unreadCalls: 1 });
    await using gateway = await startGatewayOf({ ...provider.env, DRAIN_TIMEOUT_MS: '100' });
    const photo = Array.from({ length: 15 }, () => Buffer.alloc(1024 * 1024));
    const held = startSlowUpload(gateway);
    held.write(jpegStart);
    await expect.poll(() => provider.calls.length).toBe(1);
    for (const piece of photo) held.write(piece);
    // Another of the same size overtakes it, so there was enough time to buffer it.
    const other = startSlowUpload(gateway);
    for (const piece of [jpegStart, ...photo]) other.write(piece);
    other.end();
    dataOf(await other.result);
    expect(held.unsentBytes).toBeGreaterThan(4 * 1024 * 1024);
    held.abort();
    provider.calls[0]?.read();
    expect(await provider.calls[0]?.outcome).toBe('aborted');
  });

  describe('without a length is accepted', () => {
    const maxFileSize = jpegStart.length + 100_000;

    async function uploadRest(bytes: number) {
      const provider = await startRecordingProvider();
      const gateway = await startGatewayOf({ ...provider.env, MAX_FILE_SIZE: `${maxFileSize}` });
      const upload = startSlowUpload(gateway);
      upload.write(jpegStart);
      await expect.poll(() => provider.calls.length).toBe(1);
      upload.write(Buffer.alloc(bytes));
      upload.end();
      const result = await upload.result;
      const outcome = await provider.calls[0]?.outcome;
      await gateway.close();
      await provider[Symbol.asyncDispose]();
      return { result, outcome };
    }

    test('of exactly MAX_FILE_SIZE is accepted', async () => {
      const { result, outcome } = await uploadRest(100_000);
      expect(dataOf(result).uploadPhoto.id).toBe('a');
      expect(outcome).toBe('complete');
    });

    test('of one more byte is cut off upstream, never completed', async () => {
      const { result, outcome } = await uploadRest(100_001);
      expect(failureOf(result)).toMatchObject({ code: 'FILE_TOO_LARGE', retryable: false });
      expect(outcome).toBe('aborted');
    });
  });

  test('is refused before the provider is called if its first bytes are too many', async () => {
    await using provider = await startRecordingProvider();
    await using gateway = await startGatewayOf({ ...provider.env, MAX_FILE_SIZE: '100' });
    const upload = startSlowUpload(gateway);
    upload.write(jpegStart);
    upload.end();
    expect(failureOf(await upload.result)).toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(provider.calls).toHaveLength(0);
  });

  test('is cut off upstream if its client disconnects', async () => {
    await using provider = await startRecordingProvider();
    await using gateway = await startGatewayOf(provider.env);
    const upload = startSlowUpload(gateway);
    upload.write(jpegStart);
    await expect.poll(() => provider.calls.length).toBe(1);
    upload.abort();
    expect(await provider.calls[0]?.outcome).toBe('aborted');
  });

  test('is cut off upstream if its client stalls, which gets an error', async () => {
    await using provider = await startRecordingProvider();
    await using gateway = await startGatewayOf({ ...provider.env, UPLOAD_IDLE_TIMEOUT_MS: '200' });
    const upload = startSlowUpload(gateway);
    upload.write(jpegStart);
    expect(failureOf(await upload.result)).toMatchObject({
      code: 'UPLOAD_FAILED',
      retryable: true,
    });
    expect(await provider.calls[0]?.outcome).toBe('aborted');
  });

  test('is cut off upstream if it takes too long in all', async () => {
    await using provider = await startRecordingProvider({ unreadCalls: 1 });
    await using gateway = await startGatewayOf({ ...provider.env, UPLOAD_TIMEOUT_MS: '300' });
    const upload = startSlowUpload(gateway);
    upload.write(jpegStart);
    expect(failureOf(await upload.result)).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      retryable: true,
    });
    provider.calls[0]?.read();
    expect(await provider.calls[0]?.outcome).toBe('aborted');
  });

  test.each(['early, reading on', 'early, closing'] as const)(
    'gets the answer that the provider sends %s',
    async (answer) => {
      await using provider = await startRecordingProvider({ answer });
      await using gateway = await startGatewayOf(provider.env);
      const upload = startSlowUpload(gateway);
      upload.write(jpegStart);
      await expect.poll(() => provider.calls.length).toBe(1);
      upload.write(Buffer.alloc(1_000_000));
      upload.end();
      const failure = failureOf(await upload.result);
      expect(failure).toMatchObject({ code: 'QUOTA_EXHAUSTED', errno: 9101, retryable: false });
    },
  );
});
