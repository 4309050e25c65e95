import { describe, expect, test } from 'vitest';
import {
  PhotoReadyDocument,
  PhotosReadyDocument,
  PhotoStatusDocument,
  QuotaDocument,
  UploadPhotoDocument,
} from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startGateway, startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { subscribers } from './support/subscribe.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('landscape-small.jpg');

async function upload(gateway: RunningGateway, waitSeconds = 0) {
  const variables = { file, repairType: 'REPAIR', waitSeconds } as const;
  return dataOf(await sendFile(gateway, UploadPhotoDocument, variables)).uploadPhoto;
}

/** A provider that assigns the ids `photo-0`, `photo-1`, …; `status` answers its status calls. */
const startProvider = (status: (id: string, earlierPolls: number) => Answer | Promise<Answer>) =>
  startScriptedProvider(({ endpoint, fields }, earlier) => {
    if (endpoint === 'upload') return answers.uploaded(`photo-${earlier}`);
    const id = fields.get('mdf') ?? '';
    return endpoint === 'download' ? answers.download(id) : status(id, earlier);
  });

describe('a photo that was uploaded here', () => {
  test('is watched to its end even if nobody subscribes', async () => {
    await using provider = await startProvider((_id, earlier) =>
      earlier < 3 ? answers.processing : answers.ready,
    );
    await using gateway = await startGatewayOf({ ...provider.env, POLL_INTERVAL_MS: '10' });
    const { id } = await upload(gateway);
    await expect
      .poll(async () => {
        const remembered = await send(gateway, `{ photo(id: "${id}") { status } }`);
        return dataOf(remembered);
      })
      .toEqual({ photo: { status: 'READY' } });
    expect(provider.mostAtOnce('status')).toBe(1);
  });

  test('is watched again after a restart', async () => {
    let ready = false;
    await using provider = await startProvider(() => (ready ? answers.ready : answers.processing));
    await using directory = await makeTemporaryDirectory();
    const env = { ...provider.env, DATA_DIR: directory.path, POLL_INTERVAL_MS: '10' };
    {
      await using gateway = await startGatewayOf(env);
      await upload(gateway);
      await expect.poll(() => provider.calls.length).toBeGreaterThan(2);
    }
    ready = true;
    await using restarted = await startGatewayOf(env);
    await expect
      .poll(async () => dataOf(await send(restarted, '{ photo(id: "photo-0") { status } }')))
      .toEqual({ photo: { status: 'READY' } });
  });

  test('stays watched after its subscribers have left, by the same loop', async () => {
    let ready = false;
    await using provider = await startProvider(() => (ready ? answers.ready : answers.processing));
    await using gateway = await startGatewayOf({ ...provider.env, POLL_INTERVAL_MS: '10' });
    const { id } = await upload(gateway);
    {
      using client = subscribers.WebSocket(gateway);
      const events = client.subscribe(PhotoReadyDocument, { id });
      const pending = events.next();
      const polls = provider.calls.length;
      await expect.poll(() => provider.calls.length).toBeGreaterThan(polls + 2);
      await events.return?.();
      await pending;
    }
    ready = true;
    await expect
      .poll(async () => dataOf(await send(gateway, `{ photo(id: "${id}") { status } }`)))
      .toEqual({ photo: { status: 'READY' } });
    expect(provider.mostAtOnce('status')).toBe(1);
  });

  test('stays watched while the secret is refused, which its subscribers see as an error', async () => {
    let refused = true;
    await using provider = await startProvider(() =>
      refused ? answers.failure(9999) : answers.ready,
    );
    await using gateway = await startGatewayOf({ ...provider.env, POLL_INTERVAL_MS: '10' });
    const { id } = await upload(gateway);
    using client = subscribers.WebSocket(gateway);
    const events = client.subscribe(PhotoReadyDocument, { id });
    expect(failureOf((await events.next()).value)).toMatchObject({ code: 'UPSTREAM_AUTH_FAILED' });
    refused = false;
    const again = client.subscribe(PhotoReadyDocument, { id });
    expect(dataOf((await again.next()).value).photoReady).toMatchObject({ status: 'READY' });
  });

  test('is pushed as soon as any query finds it ready', async () => {
    let ready = false;
    await using provider = await startProvider(() => (ready ? answers.ready : answers.processing));
    // The next poll is an hour away.
    await using gateway = await startGatewayOf({ ...provider.env, POLL_INTERVAL_MS: '3600000' });
    const { id } = await upload(gateway);
    using client = subscribers.WebSocket(gateway);
    const events = client.subscribe(PhotoReadyDocument, { id });
    const pushed = events.next();
    // Answered over the same connection, so after the subscription has begun.
    await client.subscribe(QuotaDocument, {}).next();
    ready = true;
    // What the last poll found may be told for a second.
    const ask = async () => dataOf(await send(gateway, PhotoStatusDocument, { id })).photoStatus;
    await expect.poll(ask).toMatchObject({ status: 'READY' });
    expect(dataOf((await pushed).value).photoReady).toMatchObject({ id, status: 'READY' });
  });

  test('starts again if the provider assigns its id again', async () => {
    let ready = true;
    await using provider = await startScriptedProvider(({ endpoint }) => {
      if (endpoint === 'upload') return answers.uploaded('same');
      return ready ? answers.ready : answers.processing;
    });
    await using gateway = await startGatewayOf({ ...provider.env, ARCHIVE_URL: 'off' });
    await upload(gateway);
    const ask = async () => dataOf(await send(gateway, '{ photo(id: "same") { status } }'));
    await expect.poll(ask).toEqual({ photo: { status: 'READY' } });
    ready = false;
    expect(await upload(gateway)).toMatchObject({
      id: 'same',
      status: 'PROCESSING',
      readyAt: null,
    });
    expect(await ask()).toEqual({ photo: { status: 'PROCESSING' } });
    ready = true;
    await expect.poll(ask).toEqual({ photo: { status: 'READY' } });
  });
});

describe('polls', () => {
  test('are rationed over all photos, awaited ones first', async () => {
    const polled: string[] = [];
    await using provider = await startProvider((id) => {
      polled.push(id);
      return answers.processing;
    });
    await using gateway = await startGatewayOf({
      ...provider.env,
      POLL_INTERVAL_MS: '1',
      POLLS_PER_SECOND: '20',
    });
    for (let count = 0; count < 10; count += 1) await upload(gateway);
    using client = subscribers.WebSocket(gateway);
    const events = client.subscribe(PhotoReadyDocument, { id: 'photo-7' });
    const pending = events.next();
    const share = () => polled.filter((id) => id === 'photo-7').length;
    const [before, shareBefore] = [polled.length, share()];
    await expect.poll(() => polled.length).toBeGreaterThan(before + 20);
    // Taking equal turns it would get one in ten.
    expect(share() - shareBefore).toBeGreaterThan(4);
    await events.return?.();
    await pending;
  });
});

describe.each(Object.entries(subscribers))('photosReady over %s', (_transport, connect) => {
  test('pushes each photo as it gets ready, in one stream, then completes', async () => {
    const ready = new Set<string>();
    await using provider = await startProvider((id) =>
      ready.has(id) ? answers.ready : answers.processing,
    );
    await using gateway = await startGatewayOf({ ...provider.env, POLL_INTERVAL_MS: '10' });
    for (let count = 0; count < 3; count += 1) await upload(gateway);
    using client = connect(gateway);
    const ids = ['photo-0', 'photo-1', 'photo-2', 'photo-1'];
    const events = client.subscribe(PhotosReadyDocument, { ids });
    for (const id of ['photo-1', 'photo-2', 'photo-0']) {
      const next = events.next();
      ready.add(id);
      expect(dataOf((await next).value).photosReady).toMatchObject({ id, status: 'READY' });
    }
    expect(await events.next()).toMatchObject({ done: true });
  });

  test('reports which photo failed, and continues with the others', async () => {
    await using provider = await startProvider((id) =>
      id === 'unknown' ? answers.failure(9002) : answers.ready,
    );
    await using gateway = await startGatewayOf(provider.env);
    using client = connect(gateway);
    const events = client.subscribe(PhotosReadyDocument, { ids: ['unknown', 'a b', 'known'] });
    const outcomes = [];
    for await (const event of events)
      outcomes.push(event.errors ? failureOf(event) : dataOf(event));
    expect(outcomes).toHaveLength(3);
    expect(outcomes).toContainEqual(
      expect.objectContaining({ code: 'PHOTO_NOT_FOUND', photoId: 'unknown' }),
    );
    expect(outcomes).toContainEqual(
      expect.objectContaining({ code: 'BAD_USER_INPUT', photoId: 'a b' }),
    );
    expect(outcomes).toContainEqual({ photosReady: expect.objectContaining({ id: 'known' }) });
  });

  test('is refused for more than a hundred photos', async () => {
    await using gateway = await startGateway();
    using client = connect(gateway);
    const ids = Array.from({ length: 101 }, (_, index) => `photo-${index}`);
    const outcome = await client
      .subscribe(PhotosReadyDocument, { ids })
      .next()
      .then(
        ({ value }) => failureOf(value),
        (refused: unknown) => failureOf({ errors: Array.isArray(refused) ? refused : [] }),
      );
    expect(outcome).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('uploadPhoto with waitSeconds', () => {
  test('answers with the photo once it is READY', async () => {
    await using gateway = await startGateway();
    expect(await upload(gateway, 30)).toMatchObject({
      status: 'READY',
      readyAt: expect.any(String),
      downloadUrl: { url: expect.stringMatching(/^http/) },
    });
  });

  test('answers with the photo’s state when the time is up', async () => {
    await using gateway = await startGateway({}, { processingTimeMs: Infinity });
    expect(await upload(gateway, 1)).toMatchObject({ status: 'PROCESSING', downloadUrl: null });
  });

  test('answers with the photo’s state when the gateway stops', async () => {
    await using provider = await startProvider(() => answers.processing);
    await using gateway = await startGatewayOf(provider.env);
    const answered = upload(gateway, 60);
    await expect.poll(() => provider.calls.length).toBeGreaterThan(1);
    await gateway.close();
    expect(await answered).toMatchObject({ id: 'photo-0', status: 'PROCESSING' });
  });
});
