import { describe, expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startObservedGateway, type ObservedGateway } from './support/telemetry-gateway.ts';

const file = await readFixture('landscape-small.jpg');
const input = { file, repairType: 'REPAIR' } as const;
const keyed = { ...input, idempotencyKey: 'a' };

/** A provider that answers uploads as `script` says, one after the other, and the quota as `quota` says. */
async function startAccount(script: readonly Answer[], quota: readonly Answer[] = []) {
  let asked = 0;
  return startScriptedProvider(
    ({ endpoint }, earlier) => {
      if (endpoint === 'status') return answers.processing;
      return script[earlier] ?? answers.uploaded(`photo-${earlier}`);
    },
    () => quota[Math.min(asked++, quota.length - 1)] ?? answers.nums(5),
  );
}

/** The numbers of uploads: charged, deduplicated, refused, unknown. */
async function money(gateway: ObservedGateway) {
  const metrics = await gateway.metrics();
  return {
    charged: metrics.sumOf('photo_gateway_uploads_charged_total'),
    deduplicated: metrics.sumOf('photo_gateway_uploads_deduplicated_total'),
    refused: metrics.sumOf('photo_gateway_uploads_refused_total'),
    unknown: metrics.sumOf('photo_gateway_uploads_unknown_total'),
  };
}

const NOTHING = { charged: 0, deduplicated: 0, refused: 0, unknown: 0 };

describe('an upload is counted', () => {
  test('as charged with its repair type, its bytes and its duration', async () => {
    await using provider = await startAccount([]);
    await using gateway = await startObservedGateway(provider.env);
    dataOf(await sendFile(gateway, UploadPhotoDocument, input));
    expect(await money(gateway)).toEqual({ ...NOTHING, charged: 1 });
    const metrics = await gateway.metrics();
    expect(metrics.of('photo_gateway_uploads_charged_total{repair_type="REPAIR"}')).toBe(1);
    expect(metrics.of('photo_gateway_upload_received_bytes_total')).toBe(file.size);
    expect(metrics.of('photo_gateway_upload_size_bytes_sum')).toBe(file.size);
    expect(metrics.of('photo_gateway_upload_duration_seconds_count{cost="charged"}')).toBe(1);
    expect(metrics.of('photo_gateway_uploads_running')).toBe(0);
    expect(metrics.of('photo_gateway_quota_remaining')).toBe(5);
  });

  test('as deduplicated if its key was already paid, at the same time or before', async () => {
    await using provider = await startAccount([]);
    await using gateway = await startObservedGateway(provider.env);
    const both = [1, 2].map(() => sendFile(gateway, UploadPhotoDocument, keyed));
    for (const result of await Promise.all(both)) dataOf(result);
    dataOf(await sendFile(gateway, UploadPhotoDocument, keyed));
    expect(await money(gateway)).toEqual({ ...NOTHING, charged: 1, deduplicated: 2 });
  });

  test.each([
    ['not a picture', 'UNSUPPORTED_FILE_TYPE', { ...input, file: new Blob(['text']) }],
    ['an empty file', 'BAD_USER_INPUT', { ...input, file: new Blob([]) }],
    ['no background', 'BAD_USER_INPUT', { ...input, repairType: 'REPLACE_BACKGROUND' }],
    [
      'a malformed variable',
      'BAD_USER_INPUT',
      { ...input, repairType: 'REPLACE_BACKGROUND', background: 'white' },
    ],
  ] as const)('as refused before a charge: %s', async (_what, code, variables) => {
    await using provider = await startAccount([]);
    await using gateway = await startObservedGateway(provider.env);
    failureOf(await sendFile(gateway, UploadPhotoDocument, variables));
    await expect.poll(() => money(gateway)).toEqual({ ...NOTHING, refused: 1 });
    const metrics = await gateway.metrics();
    expect(metrics.of(`photo_gateway_uploads_refused_total{code="${code}"}`)).toBe(1);
  });

  test('as refused if its form is malformed, or its errno is free', async () => {
    await using provider = await startAccount([answers.failure(9101)]);
    await using gateway = await startObservedGateway(provider.env);
    const unasked = await fetch(gateway.endpoint, { method: 'POST', body: new FormData() });
    expect(unasked.status).toBe(403);
    failureOf(await sendFile(gateway, UploadPhotoDocument, input));
    await expect.poll(() => money(gateway)).toEqual({ ...NOTHING, refused: 2 });
    const metrics = await gateway.metrics();
    expect(metrics.of('photo_gateway_uploads_refused_total{code="FORBIDDEN"}')).toBe(1);
    expect(metrics.of('photo_gateway_uploads_refused_total{code="QUOTA_EXHAUSTED"}')).toBe(1);
    expect(metrics.of('photo_gateway_quota_remaining')).toBe(0);
  });

  test('as unknown once, however often it is repeated', async () => {
    await using provider = await startAccount(['reset'], [answers.nums(5), answers.nums(4)]);
    await using gateway = await startObservedGateway({ ...provider.env, UPLOAD_SETTLE_MS: '1' });
    failureOf(await sendFile(gateway, UploadPhotoDocument, keyed));
    expect(await money(gateway)).toEqual({ ...NOTHING, unknown: 1 });
    const retry = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed));
    expect(retry).toMatchObject({ code: 'UPLOAD_OUTCOME_UNKNOWN' });
    expect(await money(gateway)).toEqual({ ...NOTHING, unknown: 1, refused: 1 });
  });

  test('not at all if the operation is not an upload', async () => {
    await using provider = await startAccount([]);
    await using gateway = await startObservedGateway(provider.env);
    await send(gateway, '{ photoStatus(id: "a b") { id } }');
    await send(gateway, '{ nothing }');
    await expect
      .poll(async () => (await gateway.metrics()).sumOf('photo_gateway_operations_total'))
      .toBe(2);
    expect(await money(gateway)).toEqual(NOTHING);
  });
});
