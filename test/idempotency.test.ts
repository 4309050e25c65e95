import { describe, expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { jpegStart, startSlowUpload } from './support/slow-upload.ts';
import { startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('landscape-small.jpg');
const otherFile = await readFixture('id-photo.jpg');
const input = { file, repairType: 'REPAIR', idempotencyKey: 'key' } as const;
const unkeyed = { file, repairType: 'REPAIR' } as const;

/** Assigns a new id to each upload. */
const numbered = (_call: unknown, earlier: number) => answers.uploaded(`photo-${earlier}`);

/**
 * An attempt under the same key with a file of its own, more than the buffers on the way hold. Resolves
 * once the gateway has read that, which it does while the first attempt is under way.
 */
async function startDuring(gateway: RunningGateway) {
  const upload = startSlowUpload(gateway, { idempotencyKey: 'key' });
  upload.write(jpegStart);
  for (let piece = 0; piece < 12; piece += 1) upload.write(Buffer.alloc(1024 * 1024));
  await expect.poll(() => upload.unsentBytes).toBe(0);
  upload.end();
  return upload;
}

describe('an idempotency key', () => {
  test('gives the first outcome to repeats during the upload and after it', async () => {
    const release = Promise.withResolvers<void>();
    await using provider = await startScriptedProvider(async (call, earlier) => {
      if (call.endpoint === 'status') return answers.processing;
      await release.promise;
      return numbered(call, earlier);
    });
    await using gateway = await startGatewayOf(provider.env);
    const first = sendFile(gateway, UploadPhotoDocument, input);
    await expect.poll(() => provider.calls.length).toBe(1);
    const during = sendFile(gateway, UploadPhotoDocument, input);
    release.resolve();
    const outcomes = await Promise.all([
      first,
      during,
      sendFile(gateway, UploadPhotoDocument, input),
    ]);
    for (const outcome of outcomes) expect(dataOf(outcome).uploadPhoto.id).toBe('photo-0');
    expect(provider.uploads).toHaveLength(1);
  });

  test('charges ten simultaneous uploads once', async () => {
    await using provider = await startScriptedProvider(numbered);
    await using gateway = await startGatewayOf(provider.env);
    const attempts = Array.from({ length: 10 }, () =>
      sendFile(gateway, UploadPhotoDocument, input),
    );
    for (const outcome of await Promise.all(attempts)) {
      expect(dataOf(outcome).uploadPhoto).toMatchObject({ id: 'photo-0', repairType: 'REPAIR' });
    }
    expect(provider.uploads).toHaveLength(1);
  });

  test('gives its outcome after a restart, with the current state of the photo', async () => {
    await using provider = await startScriptedProvider((call, earlier) => {
      if (call.endpoint === 'download') return answers.download('photo-0');
      return call.endpoint === 'status' ? answers.ready : numbered(call, earlier);
    });
    await using directory = await makeTemporaryDirectory();
    const env = { ...provider.env, DATA_DIR: directory.path, ARCHIVE_URL: 'off' };
    {
      await using gateway = await startGatewayOf(env);
      dataOf(await sendFile(gateway, UploadPhotoDocument, input));
      await expect
        .poll(async () => {
          const again = dataOf(await sendFile(gateway, UploadPhotoDocument, input));
          return again.uploadPhoto.status;
        })
        .toBe('READY');
    }
    await using restarted = await startGatewayOf(env);
    const { uploadPhoto } = dataOf(await sendFile(restarted, UploadPhotoDocument, input));
    expect(uploadPhoto).toMatchObject({ id: 'photo-0', status: 'READY' });
    expect(provider.uploads).toHaveLength(1);
  });

  test('is free again after a failure, which waiting repeats get too', async () => {
    const release = Promise.withResolvers<void>();
    await using provider = await startScriptedProvider(async (call, earlier) => {
      await release.promise;
      return earlier === 0 ? answers.failure(9006) : numbered(call, earlier);
    });
    await using gateway = await startGatewayOf(provider.env);
    const first = sendFile(gateway, UploadPhotoDocument, input);
    await expect.poll(() => provider.calls.length).toBe(1);
    const during = await startDuring(gateway);
    release.resolve();
    for (const outcome of await Promise.all([first, during.result])) {
      expect(failureOf(outcome)).toMatchObject({ code: 'UPLOAD_FAILED', charged: false });
    }
    expect(provider.uploads).toHaveLength(1);
    const again = dataOf(await sendFile(gateway, UploadPhotoDocument, input));
    expect(again.uploadPhoto.id).toBe('photo-1');
  });

  test('is free again if there was no slot for its upload', async () => {
    const release = Promise.withResolvers<void>();
    await using provider = await startScriptedProvider(async (call, earlier) => {
      if (earlier === 0) await release.promise;
      return numbered(call, earlier);
    });
    await using gateway = await startGatewayOf({ ...provider.env, MAX_CONCURRENT_UPLOADS: '1' });
    const running = sendFile(gateway, UploadPhotoDocument, unkeyed);
    await expect.poll(() => provider.calls.length).toBe(1);
    const refused = failureOf(await sendFile(gateway, UploadPhotoDocument, input));
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', charged: false });
    release.resolve();
    await running;
    dataOf(await sendFile(gateway, UploadPhotoDocument, input));
  });

  test.each([
    ['another repair type', { ...input, repairType: 'COLORIZE' }],
    ['a background', { ...input, repairType: 'REPLACE_BACKGROUND', background: '#ffffff' }],
    ['another file', { ...input, file: otherFile }],
  ] as const)('is refused with %s', async (_what, other) => {
    await using provider = await startScriptedProvider(numbered);
    await using gateway = await startGatewayOf(provider.env);
    dataOf(await sendFile(gateway, UploadPhotoDocument, input));
    const failure = failureOf(await sendFile(gateway, UploadPhotoDocument, other));
    expect(failure).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      retryable: false,
      charged: false,
    });
    expect(provider.uploads).toHaveLength(1);
  });

  test('is refused with another file while the first is running', async () => {
    const release = Promise.withResolvers<void>();
    await using provider = await startScriptedProvider(async (call, earlier) => {
      await release.promise;
      return numbered(call, earlier);
    });
    await using gateway = await startGatewayOf(provider.env);
    const first = sendFile(gateway, UploadPhotoDocument, input);
    await expect.poll(() => provider.calls.length).toBe(1);
    const during = await startDuring(gateway);
    release.resolve();
    dataOf(await first);
    expect(failureOf(await during.result)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(provider.uploads).toHaveLength(1);
  });
});

const headers = (value: string) => ({ 'idempotency-key': value });

describe('the header Idempotency-Key', () => {
  test.each(['"8e03978e-40d5"', '8e03978e-40d5', '"a \\"quoted\\" key"'])(
    'is used if there is no argument: %s',
    async (key) => {
      await using provider = await startScriptedProvider(numbered);
      await using gateway = await startGatewayOf(provider.env);
      const send = () => sendFile(gateway, UploadPhotoDocument, unkeyed, headers(key));
      const outcomes = [await send(), await send()];
      for (const outcome of outcomes) expect(dataOf(outcome).uploadPhoto.id).toBe('photo-0');
      expect(provider.uploads).toHaveLength(1);
    },
  );

  test('means the same key as the argument, quoted or not', async () => {
    await using provider = await startScriptedProvider(numbered);
    await using gateway = await startGatewayOf(provider.env);
    await sendFile(gateway, UploadPhotoDocument, input);
    await sendFile(gateway, UploadPhotoDocument, unkeyed, headers('"key"'));
    await sendFile(gateway, UploadPhotoDocument, unkeyed, headers('key'));
    expect(provider.uploads).toHaveLength(1);
  });

  test('is ignored if there is an argument', async () => {
    await using provider = await startScriptedProvider(numbered);
    await using gateway = await startGatewayOf(provider.env);
    await sendFile(gateway, UploadPhotoDocument, input, headers('"same"'));
    const other = { ...input, idempotencyKey: 'other' };
    const { uploadPhoto } = dataOf(
      await sendFile(gateway, UploadPhotoDocument, other, headers('"same"')),
    );
    expect(uploadPhoto.id).toBe('photo-1');
  });

  test.each(['"unfinished', 'a b', '""', '"a";b=1'])(
    'is refused if it is malformed: %s',
    async (key) => {
      await using provider = await startScriptedProvider(numbered);
      await using gateway = await startGatewayOf(provider.env);
      const failure = failureOf(
        await sendFile(gateway, UploadPhotoDocument, unkeyed, headers(key)),
      );
      expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', charged: false });
      expect(provider.calls).toHaveLength(0);
    },
  );
});
