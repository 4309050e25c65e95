import { once } from 'node:events';
import { expect, test } from 'vitest';
import { connectSimulator, readPicture } from './support/simulator-client.ts';

const PORTRAIT = await readPicture('portrait-scratched.jpg');
const PIXEL = await readPicture('one-pixel.png');
const FULL = { code: 9000, errno: 9006, msg: '上傳失敗' };

test('an upload is 9006 while too many pictures wait', async () => {
  const { simulator, accept, upload } = await connectSimulator({ concurrency: 1, maxQueued: 1 });
  await using _ = simulator;
  const ready = once(simulator.events, 'photoReady');
  // The first is being restored and the second waits while the third is tried.
  const first = await accept(PORTRAIT, { repair_type: 'sr,repair,colour' });
  await accept(PIXEL);
  expect(await upload(PIXEL)).toEqual(FULL);
  expect(simulator.uploadsLeft).toBe(98);
  expect(await ready).toEqual([{ mdf: first.mdf }]);
  expect(await upload(PIXEL)).toMatchObject({ code: 200 });
});

test('an upload is 9006 while too many pictures are stored', async () => {
  const { simulator, accept, upload } = await connectSimulator({ maxPictures: 2 });
  await using _ = simulator;
  const { mdf } = await accept(PIXEL);
  await accept(PIXEL);
  expect(await upload(PIXEL)).toEqual(FULL);
  expect(simulator.uploadsLeft).toBe(98);
  simulator.expire(mdf);
  expect(await upload(PIXEL)).toMatchObject({ code: 200 });
});

test('all accepted pictures get ready, in the order of their uploads', async () => {
  const { simulator, accept } = await connectSimulator({ concurrency: 1 });
  await using _ = simulator;
  const ready: string[] = [];
  const allReady = Promise.withResolvers<void>();
  simulator.events.on('photoReady', ({ mdf }) => {
    ready.push(mdf);
    if (ready.length === 6) allReady.resolve();
  });
  const accepted: string[] = [];
  for (let index = 0; index < 6; index++) accepted.push((await accept(PIXEL)).mdf);
  await allReady.promise;
  expect(ready).toEqual(accepted);
});

test('calls are answered while a picture is being restored', async () => {
  const { simulator, accept, call } = await connectSimulator();
  await using _ = simulator;
  const ready = once(simulator.events, 'photoReady');
  const { mdf } = await accept(PORTRAIT, { repair_type: 'sr,repair,colour' });
  for (let index = 0; index < 20; index++) {
    expect(await call('status', { mdf })).toMatchObject({ data: { status: 100 } });
  }
  await ready;
});
