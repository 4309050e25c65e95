import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { initialise, sendOperation } from './support/traffic-transports.ts';
import { startSharedGateway } from './support/traffic-gateway.ts';

const file = await readFixture('landscape-small.jpg');

/** The default: intervals as short as those of other tests would keep the machine busy. */
const UNHURRIED = { POLL_INTERVAL_MS: '1000' };

const message = z.looseObject({
  type: z.string(),
  payload: z
    .looseObject({
      errors: z.array(z.looseObject({ extensions: z.record(z.string(), z.unknown()) })).optional(),
    })
    .optional(),
});

/** Subscribes to this many streams of a hundred made-up ids each, and counts the results. */
function flood(socket: WebSocket, streams: number) {
  const refusals = new Map<string, number>();
  let completed = 0;
  socket.on('message', (data: Buffer) => {
    const { type, payload } = message.parse(JSON.parse(data.toString()));
    if (type === 'complete') completed += 1;
    for (const { extensions } of payload?.errors ?? []) {
      const refusal = JSON.stringify(extensions);
      refusals.set(refusal, (refusals.get(refusal) ?? 0) + 1);
    }
  });
  const query = 'subscription ($ids: [ID!]!) { photosReady(ids: $ids) { id } }';
  for (let stream = 0; stream < streams; stream += 1) {
    const ids = Array.from({ length: 100 }, (_, index) => `${stream}-${index}`);
    const payload = { query, variables: { ids } };
    socket.send(JSON.stringify({ id: `${stream}`, type: 'subscribe', payload }));
  }
  return {
    refusals,
    get completed() {
      return completed;
    },
  };
}

/** A provider for which every id is being processed, except uploads, which are ready at the third poll. */
function startProvider() {
  let polls = 0;
  return startScriptedProvider(({ endpoint, fields }) => {
    if (endpoint === 'upload') return answers.uploaded('mine');
    if (endpoint === 'download') return answers.download('mine');
    if (fields.get('mdf') !== 'mine') return answers.processing;
    polls += 1;
    return polls < 3 ? answers.processing : answers.ready;
  });
}

test.each([
  ['by default', {}],
  ['where polls are rationed', { POLLS_PER_SECOND: '20' }],
])(
  'a client that waits for thousands of made-up ids delays no other client’s photo, %s',
  async (_how, settings) => {
    await using provider = await startProvider();
    const env = { ...provider.env, ARCHIVE_URL: 'off', ...UNHURRIED, ...settings };
    await using gateway = await startSharedGateway(env);
    const socket = await initialise(gateway.endpoint, gateway.anna);
    flood(socket, 60);
    const madeUp = () =>
      provider.calls.filter(
        ({ endpoint, fields }) => endpoint === 'status' && fields.get('mdf') !== 'mine',
      );
    // What may be polled at once has been.
    await expect.poll(() => madeUp().length).toBeGreaterThan(20);
    const variables = { file, repairType: 'REPAIR', waitSeconds: 50 } as const;
    const before = madeUp().length;
    const uploaded = await sendFile(gateway, UploadPhotoDocument, variables, gateway.bert);
    expect(dataOf(uploaded).uploadPhoto).toMatchObject({ id: 'mine', status: 'READY' });
    // It was polled three times, about every second, and before any of the others that waited by then.
    const between = madeUp().length - before;
    expect(between).toBeLessThan('POLLS_PER_SECOND' in settings ? 100 : 1000);
    const ids = new Set(madeUp().map(({ fields }) => fields.get('mdf')));
    expect(ids.size).toBeLessThanOrEqual(200);
    socket.terminate();
  },
  60_000,
);

test('100,000 made-up ids over one WebSocket block neither the event loop nor another client', async () => {
  await using provider = await startProvider();
  await using gateway = await startGatewayOf({ ...provider.env, ...UNHURRIED });
  const socket = await initialise(gateway.endpoint);
  let turns = 0;
  let turning = setImmediate(turn);
  function turn() {
    turns += 1;
    turning = setImmediate(turn);
  }
  const flooding = flood(socket, 1000);
  // The flood lasts longer than these.
  for (let answered = 0; answered < 20; answered += 1) {
    dataOf(await send(gateway, '{ photos(first: 1) { edges { cursor } } }'));
  }
  expect(flooding.completed).toBeLessThan(900);
  // 10,000 ids are awaited; each of the other streams gets an error.
  await expect.poll(() => flooding.completed).toBe(900);
  clearImmediate(turning);
  expect(turns).toBeGreaterThan(900);
  const refusal = { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 5000 };
  expect([...flooding.refusals]).toEqual([[JSON.stringify(refusal), 900]]);
  socket.terminate();
}, 120_000);

test('a refused client is accepted again after the flood', async () => {
  await using provider = await startProvider();
  await using gateway = await startGatewayOf({ ...provider.env, ...UNHURRIED });
  const socket = await initialise(gateway.endpoint);
  const flooding = flood(socket, 101);
  await expect.poll(() => flooding.completed).toBe(1);
  socket.terminate();
  async function refusedAgain() {
    const other = await initialise(gateway.endpoint);
    const { refusals } = flood(other, 1);
    // Answered over the same connection, so after any refusal of the stream.
    await sendOperation(other, 'last');
    other.terminate();
    return refusals.size;
  }
  await expect.poll(refusedAgain).toBe(0);
}, 60_000);
