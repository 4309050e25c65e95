import { expect, test } from 'vitest';
import { PhotoReadyDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGateway } from './support/start-gateway.ts';
import { subscribers } from './support/subscribe.ts';
import { readMetrics } from './support/telemetry-metrics.ts';
import { startObservedGateway } from './support/telemetry-gateway.ts';

const file = await readFixture('landscape-small.jpg');

test('polls of a photo, polls saved by sharing, and the remaining delay are counted', async () => {
  let ready = false;
  await using provider = await startScriptedProvider(() =>
    ready ? answers.ready : answers.processing,
  );
  await using gateway = await startObservedGateway(provider.env);
  const value = async (name: string) => (await gateway.metrics()).of(`photo_gateway_${name}`);
  using one = subscribers.WebSocket(gateway);
  using two = subscribers['server-sent events'](gateway);
  const events = [one, two, two].map((subscriber) =>
    subscriber.subscribe(PhotoReadyDocument, { id: 'a' }).next(),
  );
  await expect.poll(() => value('photos_watched')).toBe(1);
  await expect.poll(() => value('polls_saved_total')).toBeGreaterThanOrEqual(4);
  ready = true;
  await Promise.all(events);

  const polls = provider.calls.filter(({ endpoint }) => endpoint === 'status').length;
  expect(await value('polls_total')).toBe(polls);
  expect(await value('photo_polls_sum')).toBe(polls);
  expect(await value('photo_polls_count')).toBe(1);
  expect(await value('push_delay_bound_seconds_count')).toBe(1);
  expect(await value('push_delay_bound_seconds_sum')).toBeGreaterThan(0);
  // The first poll may go out before the others have joined.
  const saved = await value('polls_saved_total');
  expect(saved).toBeGreaterThanOrEqual(2 * (polls - 2));
  expect(saved).toBeLessThanOrEqual(2 * polls);
  await expect.poll(() => value('photos_watched')).toBe(0);
});

test('archived pictures and those that wait are counted', async () => {
  await using gateway = await startGateway();
  const metrics = () => readMetrics(`${gateway.url}/metrics`);
  dataOf(await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }));
  await expect.poll(async () => (await metrics()).of('photo_gateway_archive_kept_total')).toBe(1);
  expect((await metrics()).of('photo_gateway_archive_backlog')).toBe(0);
  expect((await metrics()).of('photo_gateway_archive_lost_total')).toBe(0);
  expect((await metrics()).of('photo_gateway_archive_up')).toBe(1);
});
