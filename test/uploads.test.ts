import { describe, expect, test } from 'vitest';
import {
  QuotaDocument,
  UploadLimitsDocument,
  UploadPhotoDocument,
} from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGateway, startGatewayOf } from './support/start-gateway.ts';

const photo = await readFixture('landscape-small.jpg');
const idPhoto = await readFixture('id-photo.jpg');

describe('uploadLimits', () => {
  test('tells the largest size and the formats of an accepted file', async () => {
    await using gateway = await startGateway({ MAX_FILE_SIZE: '3000000000' });
    const { uploadLimits } = dataOf(await send(gateway, UploadLimitsDocument, {}));
    expect(uploadLimits.maxFileSize).toBe(3_000_000_000);
    expect(uploadLimits.formats).toEqual(
      expect.arrayContaining(['image/jpeg', 'image/png', 'image/heic', 'image/tiff']),
    );
    expect(uploadLimits.formats.filter((type) => !type.startsWith('image/'))).toEqual([]);
    expect(gateway.simulator.requests).toEqual([]);
  });
});

describe('uploadPhoto', () => {
  test.each(['SUPER_RESOLUTION', 'REPAIR', 'COLORIZE'] as const)(
    'accepts a photo for %s',
    async (repairType) => {
      await using gateway = await startGateway();
      const { uploadPhoto } = dataOf(
        await sendFile(gateway, UploadPhotoDocument, { file: photo, repairType }),
      );
      expect(uploadPhoto).toMatchObject({
        id: expect.stringMatching(/^[\w-]{1,128}$/),
        status: 'PROCESSING',
        repairType,
        originalUrl: expect.stringMatching(/^http/),
        uploadedAt: expect.any(String),
      });
    },
  );

  test('reduces the quota by one, at once', async () => {
    await using gateway = await startGateway();
    const { quota: before } = dataOf(await send(gateway, QuotaDocument, {}));
    dataOf(await sendFile(gateway, UploadPhotoDocument, { file: photo, repairType: 'REPAIR' }));
    const { quota: after } = dataOf(await send(gateway, QuotaDocument, {}));
    expect(after.remaining).toBe(before.remaining - 1);
  });

  test.each([
    ['#00FF7f', '0,255,127'],
    ['0,255,127', '0,255,127'],
    ['255, 255, 255', '255,255,255'],
  ])('sends the background %s as the provider writes it', async (background, rgb) => {
    await using provider = await startScriptedProvider(() => answers.uploaded('a'));
    await using gateway = await startGatewayOf(provider.env);
    dataOf(
      await sendFile(gateway, UploadPhotoDocument, {
        file: idPhoto,
        repairType: 'REPLACE_BACKGROUND',
        background,
      }),
    );
    expect(provider.calls[0]?.fields).toEqual(
      new Map([
        ['third_code', 'test'],
        ['repair_type', 'bg'],
        ['rgb', rgb],
        ['file', `${idPhoto.size} bytes`],
      ]),
    );
  });

  test.each([
    ['no background for REPLACE_BACKGROUND', { repairType: 'REPLACE_BACKGROUND' }],
    ['a background for REPAIR', { repairType: 'REPAIR', background: '#ffffff' }],
    ['a malformed colour', { repairType: 'REPLACE_BACKGROUND', background: 'white' }],
    ['a part above 255', { repairType: 'REPLACE_BACKGROUND', background: '0,0,256' }],
    ['an empty idempotency key', { repairType: 'REPAIR', idempotencyKey: '' }],
  ] as const)('refuses %s before the provider is called', async (_what, input) => {
    await using provider = await startScriptedProvider(() => answers.uploaded('a'));
    await using gateway = await startGatewayOf(provider.env);
    const failure = failureOf(
      await sendFile(gateway, UploadPhotoDocument, { file: idPhoto, ...input }),
    );
    expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
    expect(provider.calls).toHaveLength(0);
  });

  test.each([
    ['an empty file', new Blob([]), 'BAD_USER_INPUT'],
    [
      'a text with the type of a picture',
      new Blob(['hello'], { type: 'image/jpeg' }),
      'UNSUPPORTED_FILE_TYPE',
    ],
    ['a PDF', new Blob(['%PDF-1.7\n%\u00E2\u00E3\u00CF\u00D3\n']), 'UNSUPPORTED_FILE_TYPE'],
  ])('refuses %s before the provider is called', async (_what, file, code) => {
    await using provider = await startScriptedProvider(() => answers.uploaded('a'));
    await using gateway = await startGatewayOf(provider.env);
    const failure = failureOf(
      await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }),
    );
    expect(failure).toMatchObject({ code, retryable: false });
    expect(provider.calls).toHaveLength(0);
  });

  test.each([
    [9101, 'QUOTA_EXHAUSTED', false],
    [9001, 'BAD_USER_INPUT', false],
    [9005, 'UNSUPPORTED_FILE_TYPE', false],
    [9006, 'UPLOAD_FAILED', true],
    [9009, 'IMAGE_PROCESSING_FAILED', false],
    [9999, 'UPSTREAM_AUTH_FAILED', false],
    [777, 'UPSTREAM_ERROR', true],
  ])('answers errno %i with %s, and sends the file once', async (errno, code, retryable) => {
    await using provider = await startScriptedProvider(() => answers.failure(errno));
    await using gateway = await startGatewayOf(provider.env);
    const failure = failureOf(
      await sendFile(gateway, UploadPhotoDocument, { file: photo, repairType: 'REPAIR' }),
    );
    expect(failure).toMatchObject({ code, errno, retryable });
    expect(provider.calls.filter(({ endpoint }) => endpoint === 'upload')).toHaveLength(1);
  });

  test('may appear once in an operation, fragments and aliases included', async () => {
    await using provider = await startScriptedProvider(() => answers.uploaded('a'));
    await using gateway = await startGatewayOf(provider.env);
    const twice = [
      `mutation ($file: Upload!) {
        a: uploadPhoto(file: $file, repairType: REPAIR) { id }
        b: uploadPhoto(file: $file, repairType: REPAIR) { id }
      }`,
      `mutation ($file: Upload!) { ...One ... on Mutation { ...Two } }
       fragment One on Mutation { a: uploadPhoto(file: $file, repairType: REPAIR) { id } }
       fragment Two on Mutation { uploadPhoto(file: $file, repairType: REPAIR) { id } }`,
    ];
    for (const document of twice) {
      const failure = failureOf(await sendFile(gateway, document, { file: photo }));
      expect(failure).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    expect(provider.calls).toHaveLength(0);
    const merged = `mutation ($file: Upload!) { ...One ...One }
      fragment One on Mutation { uploadPhoto(file: $file, repairType: REPAIR) { id } }`;
    expect(dataOf(await sendFile(gateway, merged, { file: photo }))).toEqual({
      uploadPhoto: { id: 'a' },
    });
    expect(provider.calls).toHaveLength(1);
  });

  test('rejects uploads over the limit until one has ended', async () => {
    const release = Promise.withResolvers<void>();
    await using provider = await startScriptedProvider(async () => {
      await release.promise;
      return answers.uploaded('a');
    });
    await using gateway = await startGatewayOf({ ...provider.env, MAX_CONCURRENT_UPLOADS: '1' });
    const upload = () =>
      sendFile(gateway, UploadPhotoDocument, { file: photo, repairType: 'REPAIR' });
    const first = upload();
    await expect.poll(() => provider.calls.length).toBe(1);
    expect(failureOf(await upload())).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(provider.calls).toHaveLength(1);
    release.resolve();
    dataOf(await first);
    dataOf(await upload());
  });
});
