import { describe, expect, test } from 'vitest';
import { PhotoReadyDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, sendFile } from './support/graphql-client.ts';
import {
  answers,
  startScriptedProvider,
  type Answer,
  type Call,
} from './support/scripted-provider.ts';
import { startGateway, startGatewayOf } from './support/start-gateway.ts';
import { subscribers } from './support/subscribe.ts';

/** Answers the polls of each photo one after the other; the last answer repeats. */
function pollAnswers(script: Readonly<Record<string, readonly Answer[]>>) {
  const given = new Map<string, number>();
  return ({ endpoint, fields }: Call): Answer => {
    if (endpoint === 'upload') return answers.uploaded('uploaded');
    const id = fields.get('mdf') ?? '';
    if (endpoint === 'download') return answers.download(id);
    const polls = script[id] ?? [];
    const count = given.get(id) ?? 0;
    given.set(id, count + 1);
    return polls[Math.min(count, polls.length - 1)] ?? answers.failure(9002);
  };
}

const pollsOf = (calls: readonly Call[], id: string) =>
  calls.filter(({ endpoint, fields }) => endpoint === 'status' && fields.get('mdf') === id).length;

describe.each(Object.entries(subscribers))('photoReady over %s', (_transport, connect) => {
  test('pushes one event when the uploaded photo is ready, then completes', async () => {
    await using gateway = await startGateway();
    using client = connect(gateway);
    const file = await readFixture('landscape-small.jpg');
    const uploaded = await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' });
    const { uploadPhoto } = dataOf(uploaded);
    expect(uploadPhoto).toMatchObject({ status: 'PROCESSING', repairType: 'REPAIR' });

    const events = client.subscribe(PhotoReadyDocument, { id: uploadPhoto.id });
    const { value } = await events.next();
    const { photoReady } = dataOf(value);
    expect(photoReady).toMatchObject({
      id: uploadPhoto.id,
      status: 'READY',
      downloadUrl: { url: expect.stringMatching(/^http/) },
    });
    expect(await events.next()).toMatchObject({ done: true });
  });

  test('pushes at once if the photo is ready already', async () => {
    await using provider = await startScriptedProvider(pollAnswers({ done: [answers.ready] }));
    await using gateway = await startGatewayOf(provider.env);
    using client = connect(gateway);
    const events = client.subscribe(PhotoReadyDocument, { id: 'done' });
    expect(dataOf((await events.next()).value).photoReady).toMatchObject({ status: 'READY' });
    expect(await events.next()).toMatchObject({ done: true });
    expect(pollsOf(provider.calls, 'done')).toBe(1);
  });

  test('continues after failures of the provider', async () => {
    const { processing, ready, failure } = answers;
    const script = [
      processing,
      failure(500),
      { httpStatus: 502, text: 'bad gateway' },
      'reset',
      ready,
    ] as const;
    await using provider = await startScriptedProvider(pollAnswers({ flaky: script }));
    await using gateway = await startGatewayOf({ ...provider.env, POLL_INTERVAL_MS: '10' });
    using client = connect(gateway);
    const events = client.subscribe(PhotoReadyDocument, { id: 'flaky' });
    expect(dataOf((await events.next()).value).photoReady).toMatchObject({ status: 'READY' });
  });

  test.each([
    [
      'a photo that the provider does not know',
      'unknown',
      { code: 'PHOTO_NOT_FOUND', errno: 9002 },
    ],
    ['a malformed id', '../etc', { code: 'BAD_USER_INPUT', retryable: false }],
    ['a photo that takes too long', 'slow', { code: 'WAIT_TIMEOUT', retryable: true }],
    ['a refused token', 'refused', { code: 'UPSTREAM_AUTH_FAILED', errno: 9999 }],
  ])('reports %s in an event, then completes', async (_what, id, failure) => {
    const script = { slow: [answers.processing], refused: [answers.failure(9999)] };
    await using provider = await startScriptedProvider(pollAnswers(script));
    await using gateway = await startGatewayOf({ ...provider.env, WAIT_TIMEOUT_MS: '200' });
    using client = connect(gateway);
    const events = client.subscribe(PhotoReadyDocument, { id });
    expect(failureOf((await events.next()).value)).toMatchObject(failure);
    expect(await events.next()).toMatchObject({ done: true });
  });

  test('stops polling when the last subscriber has left', async () => {
    const { processing, ready } = answers;
    const slow = [...Array.from({ length: 8 }, () => processing), ready];
    await using provider = await startScriptedProvider(pollAnswers({ left: [processing], slow }));
    await using gateway = await startGatewayOf({ ...provider.env, POLL_INTERVAL_MS: '10' });
    using staying = connect(gateway);
    {
      using first = connect(gateway);
      const events = first.subscribe(PhotoReadyDocument, { id: 'left' });
      const event = events.next();
      await expect.poll(() => pollsOf(provider.calls, 'left')).toBeGreaterThan(1);
      await events.return?.();
      await event;
    }
    // One poll may have been in progress. After that, the other photo gets all its polls and this one none.
    const other = staying.subscribe(PhotoReadyDocument, { id: 'slow' });
    await expect.poll(() => pollsOf(provider.calls, 'slow')).toBeGreaterThan(1);
    const polled = pollsOf(provider.calls, 'left');
    expect(dataOf((await other.next()).value).photoReady).toMatchObject({ id: 'slow' });
    expect(pollsOf(provider.calls, 'left')).toBe(polled);
  });
});

describe('polling', () => {
  test('is shared by all subscribers of a photo on all transports, one poll at a time', async () => {
    const { processing, ready } = answers;
    const script = [processing, processing, processing, ready];
    await using provider = await startScriptedProvider(pollAnswers({ shared: script }));
    await using gateway = await startGatewayOf({ ...provider.env, POLL_INTERVAL_MS: '100' });
    using events = subscribers['server-sent events'](gateway);
    using socket = subscribers.WebSocket(gateway);
    const streams = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? events : socket).subscribe(PhotoReadyDocument, { id: 'shared' }),
    );
    const first = await Promise.all(streams.map(async (stream) => stream.next()));
    for (const { value } of first) {
      expect(dataOf(value).photoReady).toMatchObject({ id: 'shared', status: 'READY' });
    }
    expect(pollsOf(provider.calls, 'shared')).toBe(script.length);
    expect(provider.mostAtOnce('status')).toBe(1);
  });

  test('continues while one of two subscribers stays', async () => {
    const { processing, ready } = answers;
    const release = Promise.withResolvers<void>();
    await using provider = await startScriptedProvider(async ({ endpoint }, earlier) => {
      if (endpoint === 'download') return answers.download('both');
      if (earlier < 2) return processing;
      await release.promise;
      return ready;
    });
    await using gateway = await startGatewayOf({ ...provider.env, POLL_INTERVAL_MS: '10' });
    using client = subscribers.WebSocket(gateway);
    const staying = client.subscribe(PhotoReadyDocument, { id: 'both' });
    const leaving = client.subscribe(PhotoReadyDocument, { id: 'both' });
    const pushed = staying.next();
    const dropped = leaving.next();
    await expect.poll(() => provider.calls.length).toBe(3);
    await leaving.return?.();
    await dropped;
    release.resolve();
    expect(dataOf((await pushed).value).photoReady).toMatchObject({ status: 'READY' });
    expect(pollsOf(provider.calls, 'both')).toBe(3);
  });
});
