import { expect, vi } from 'vitest';
import {
  PhotoReadyDocument,
  QuotaDocument,
  UploadPhotoDocument,
} from '../../schema/typed/graphql.ts';
import { startFaultyProvider, type FaultyProvider } from './fault-provider.ts';
import { dataOf, failureOf, send, sendFile } from './graphql-client.ts';
import { jpegStart } from './slow-upload.ts';
import { startGatewayOf } from './start-gateway.ts';
import { subscribers } from './subscribe.ts';

interface Target {
  readonly endpoint: string;
}

const MIB = 1024 * 1024;
/** The second is more than the buffers hold on the way to a provider that does not read. */
const SIZES = [20_000, 5 * MIB];

/** Uploads a picture of this size, by which the provider identifies it. */
export function upload(gateway: Target, idempotencyKey: string, sizeBytes = 10_000) {
  const file = new Blob([jpegStart, new Uint8Array(sizeBytes - jpegStart.length)]);
  return sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR', idempotencyKey });
}

/**
 * Sends the picture that the provider identifies by its size, under its own key, and expects a
 * failure.
 */
async function failUpload(gateway: Target, provider: FaultyProvider, sizeBytes: number) {
  const failure = failureOf(await upload(gateway, `key-${sizeBytes}`, sizeBytes));
  // An upload that may have been charged must not be called free.
  expect(provider.charges(sizeBytes) > 0 ? [null] : [null, false]).toContain(failure['charged']);
  return failure;
}

/** Sends it once more, to a healthy provider. */
async function repeatUpload(gateway: Target, provider: FaultyProvider, sizeBytes: number) {
  const result = await upload(gateway, `key-${sizeBytes}`, sizeBytes);
  if (result.errors) {
    const { code, charged } = failureOf(result);
    expect(code).toMatch(/^(?:UPLOAD_OUTCOME_UNKNOWN|RATE_LIMITED)$/);
    expect(charged).toBeNull();
  }
  expect(provider.charges(sizeBytes)).toBeLessThan(2);
}

const quotaIsAvailable = (gateway: Target) => async () =>
  (await send(gateway, QuotaDocument, {})).errors === undefined;

/**
 * Breaks a provider and restores it, under a gateway with a photo for which a client waits. Returns
 * the error codes of a query and the uploads meanwhile.
 */
export async function breakAndRestore(
  breakIt: (provider: FaultyProvider) => Promise<void> | void,
  restoreIt: (provider: FaultyProvider) => Promise<void> | void,
  env: Readonly<Record<string, string>> = {},
) {
  await using provider = await startFaultyProvider();
  const failures = [];
  {
    await using gateway = await startGatewayOf({
      ...provider.env,
      UPLOAD_SETTLE_MS: '500',
      ...env,
    });
    provider.processing.add('photo-1');
    const { id } = dataOf(await upload(gateway, 'before')).uploadPhoto;
    using client = subscribers.WebSocket(gateway);
    const pushed = client.subscribe(PhotoReadyDocument, { id }).next();

    await breakIt(provider);
    failures.push(failureOf(await send(gateway, QuotaDocument, {})));
    const failUploads = SIZES.map((size) => failUpload(gateway, provider, size));
    failures.push(...(await Promise.all(failUploads)));

    await restoreIt(provider);
    await vi.waitUntil(quotaIsAvailable(gateway), 30_000);
    provider.processing.delete(id);
    expect(dataOf((await pushed).value).photoReady).toMatchObject({ id, status: 'READY' });
    await Promise.all(SIZES.map((size) => repeatUpload(gateway, provider, size)));
    dataOf(await upload(gateway, 'after'));
  }
  await vi.waitUntil(() => provider.connections === 0, 30_000);
  return failures.map(({ code, retryable }) => (retryable === true ? code : 'not retryable'));
}
