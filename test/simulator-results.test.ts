import { once } from 'node:events';
import { expect, test } from 'vitest';
import { connectSimulator, formOf, readPicture } from './support/simulator-client.ts';

const PICTURE = await readPicture('one-pixel.png');
const HOUR_MS = 3_600_000;
const UNKNOWN = { code: 9000, errno: 9002, msg: '圖片不存在,請確認圖片是否上傳成功' };
const EXPIRED = { code: 9000, errno: 9002, msg: '數據已失效,請重新上傳' };
const OTHER = { code: 9000, errno: 500, msg: '其他錯誤' };

test('a picture is being processed until its time is over, then done', async () => {
  const processingTimeMs = Number.POSITIVE_INFINITY;
  const { simulator, accept, call } = await connectSimulator({ processingTimeMs });
  await using _ = simulator;
  const { mdf } = await accept(PICTURE);
  expect(await call('status', { mdf })).toEqual({
    code: 200,
    data: { msg: '圖片處理中', status: 100 },
  });
  expect(await call('download', { mdf })).toEqual(EXPIRED);

  const ready = once(simulator.events, 'photoReady');
  simulator.finish(mdf);
  expect(await ready).toEqual([{ mdf }]);
  expect(await call('status', { mdf })).toEqual({
    code: 200,
    data: { msg: '圖片處理完成', status: 200 },
  });
  expect(await call('download', { mdf })).toEqual({
    code: 200,
    data: { url: `${simulator.url}/static/life_img/${mdf}01100.jpg` },
  });
});

test('a picture that is restored early stays PROCESSING until its time is over', async () => {
  const { simulator, accept, call } = await connectSimulator({
    concurrency: 1,
    processingTimeMs: (repairType) => (repairType === 'sr' ? Number.POSITIVE_INFINITY : 0),
  });
  await using _ = simulator;
  const slow = await accept(PICTURE, { repair_type: 'sr' });
  const ready = once(simulator.events, 'photoReady');
  // One at a time, so the first was restored long before the second is ready.
  const quick = await accept(PICTURE, { repair_type: 'bg', rgb: '0,0,0' });
  expect(await ready).toEqual([{ mdf: quick.mdf }]);
  expect(await call('status', { mdf: slow.mdf })).toMatchObject({ data: { status: 100 } });
});

test('the processing time may depend on the repair type and on chance', async () => {
  const asked: unknown[] = [];
  const { simulator, restore } = await connectSimulator({
    random: () => 0.25,
    processingTimeMs: (repairType, random) => {
      asked.push([repairType, random()]);
      return 0;
    },
  });
  await using _ = simulator;
  await restore(PICTURE, { repair_type: 'sr,repair' });
  await restore(PICTURE, { repair_type: 'bg', rgb: '1,2,3' });
  expect(asked).toEqual([
    ['sr,repair', 0.25],
    ['bg', 0.25],
  ]);
});

test('a picture is deleted one hour after it is ready, and not earlier', async () => {
  let nowMs = 1_800_000_000_000;
  const { simulator, accept, call } = await connectSimulator({ now: () => nowMs });
  await using _ = simulator;
  const ready = once(simulator.events, 'photoReady');
  const { mdf, img_url: originalUrl } = await accept(PICTURE);
  await ready;
  const resultUrl = `${simulator.url}/static/life_img/${mdf}01100.jpg`;
  const statuses = () =>
    Promise.all([originalUrl, resultUrl].map(async (url) => (await fetch(url)).status));

  nowMs += HOUR_MS - 1;
  expect(await call('status', { mdf })).toMatchObject({ data: { status: 200 } });
  expect(await statuses()).toEqual([200, 200]);
  nowMs += 1;
  expect(await statuses()).toEqual([404, 404]);
  expect(await call('status', { mdf })).toEqual(UNKNOWN);
  expect(await call('download', { mdf })).toEqual(EXPIRED);
});

test('a picture that is still being processed does not age', async () => {
  let nowMs = 1_800_000_000_000;
  const processingTimeMs = Number.POSITIVE_INFINITY;
  const { simulator, accept, call } = await connectSimulator({
    now: () => nowMs,
    processingTimeMs,
  });
  await using _ = simulator;
  const { mdf } = await accept(PICTURE);
  nowMs += 2 * HOUR_MS;
  expect(await call('status', { mdf })).toMatchObject({ data: { status: 100 } });
  const ready = once(simulator.events, 'photoReady');
  simulator.finish(mdf);
  await ready;
  expect(await call('download', { mdf })).toMatchObject({ code: 200 });
});

test('a test can expire one picture', async () => {
  const { simulator, accept, call } = await connectSimulator();
  await using _ = simulator;
  const [gone, kept] = [await accept(PICTURE), await accept(PICTURE)];
  simulator.expire(gone.mdf);
  expect(await call('status', { mdf: gone.mdf })).toEqual(UNKNOWN);
  expect(await call('status', { mdf: kept.mdf })).toMatchObject({ code: 200 });
});

test('an unknown picture is 9002, with the message of each call', async () => {
  const { simulator, accept, call } = await connectSimulator();
  await using _ = simulator;
  const ready = once(simulator.events, 'photoReady');
  const { mdf } = await accept(PICTURE);
  await ready;
  const otherCustomer = { third_code: 'nobody' };
  expect(await call('status', { mdf: '0'.repeat(32) })).toEqual(UNKNOWN);
  expect(await call('download', { mdf: '../etc/passwd' })).toEqual(EXPIRED);
  expect(await call('status', { mdf, ...otherCustomer })).toEqual(UNKNOWN);
  expect(await call('download', { mdf, ...otherCustomer })).toEqual(EXPIRED);
  expect(await call('nums', otherCustomer)).toEqual({ code: 9000, errno: 9002, msg: '數據未找到' });
});

test('a wrong parameter of these calls is 500, because they have no errno for it', async () => {
  const { simulator, post } = await connectSimulator();
  await using _ = simulator;
  for (const endpoint of ['status', 'download'] as const) {
    for (const fields of [{}, { third_code: 'demo' }, { mdf: '0'.repeat(32) }]) {
      expect((await post(endpoint, formOf(fields))).answer).toEqual(OTHER);
    }
    expect((await post(endpoint, '{"mdf":"1"}')).answer).toEqual(OTHER);
  }
});

test('an urlencoded form is a form too', async () => {
  const { simulator, accept, post } = await connectSimulator();
  await using _ = simulator;
  const { mdf } = await accept(PICTURE);
  const body = new URLSearchParams({ third_code: 'demo', mdf });
  expect((await post('status', body)).answer).toMatchObject({ code: 200 });
});

test('a test counts the calls, and the polls of each picture', async () => {
  const { simulator, accept, call } = await connectSimulator({ now: () => 1_800_000_000_000 });
  await using _ = simulator;
  const [first, second] = [await accept(PICTURE), await accept(PICTURE)];
  await call('status', { mdf: first.mdf });
  await call('status', { mdf: second.mdf });
  await call('status', { mdf: first.mdf });
  const polls = simulator.requests.filter(({ endpoint }) => endpoint === 'status');
  expect(polls.map(({ mdf }) => mdf)).toEqual([first.mdf, second.mdf, first.mdf]);
  expect(simulator.requests[0]).toEqual({
    endpoint: 'upload',
    atMs: 1_800_000_000_000,
    mdf: first.mdf,
  });
});

test.for([500, 9002, 9999, 4711])('a test can make any call fail with %i, once', async (errno) => {
  const { simulator, call } = await connectSimulator();
  await using _ = simulator;
  for (const endpoint of ['status', 'download', 'nums'] as const) {
    simulator.failNext(endpoint, errno);
    expect(await call(endpoint, { mdf: 'x' })).toMatchObject({ code: 9000, errno });
  }
  expect(await call('nums')).toMatchObject({ code: 200 });
});
