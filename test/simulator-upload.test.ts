import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { connectSimulator, formOf, readPicture } from './support/simulator-client.ts';

const PICTURE = await readPicture('landscape.jpg');

test('an accepted upload is answered with the picture’s address and id, and charged once', async () => {
  const { simulator, upload, call } = await connectSimulator({ uploads: 7 });
  await using _ = simulator;
  const answer = await upload(PICTURE);
  expect(answer).toEqual({
    code: 200,
    data: {
      img_url: expect.stringMatching(
        new RegExp(`^${simulator.url}/static/img/[0-9a-f-]{36}_out\\.jpg$`),
      ),
      mdf: expect.stringMatching(/^[0-9a-f]{32}$/),
    },
  });
  expect(simulator.uploadsLeft).toBe(6);
  expect(await call('nums')).toEqual({ code: 200, data: { code: 'demo', nums: 6 } });
});

test('an answer is JSON in UTF-8 with HTTP status 200', async () => {
  const { simulator, post } = await connectSimulator();
  await using _ = simulator;
  const { status, headers } = await post('upload', formOf({}));
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
});

test.for([
  { repair_type: 'sr' },
  { repair_type: 'sr,repair' },
  { repair_type: 'sr,repair,colour' },
  { repair_type: 'bg', rgb: '255,255,255' },
  { repair_type: 'bg', rgb: '0,0,0' },
])('%o is accepted', async (fields) => {
  const { simulator, upload } = await connectSimulator();
  await using _ = simulator;
  expect(await upload(PICTURE, fields)).toMatchObject({ code: 200 });
});

describe('a wrong parameter is 9001 and costs nothing:', () => {
  const refused = { code: 9000, errno: 9001, msg: '參數錯誤' };

  test.for<Record<string, string>>([
    { third_code: 'nobody', repair_type: 'sr' },
    { third_code: '', repair_type: 'sr' },
    {},
    { repair_type: '' },
    { repair_type: 'SR' },
    { repair_type: 'repair' },
    { repair_type: 'sr;repair' },
    { repair_type: 'colour' },
    { repair_type: 'bg' },
    { repair_type: 'bg', rgb: '' },
    { repair_type: 'bg', rgb: '255,255' },
    { repair_type: 'bg', rgb: '255,255,255,255' },
    { repair_type: 'bg', rgb: '256,0,0' },
    { repair_type: 'bg', rgb: '-1,0,0' },
    { repair_type: 'bg', rgb: '1.5,0,0' },
    { repair_type: 'bg', rgb: '#ffffff' },
    { repair_type: 'sr', extra: 'x'.repeat(2000) },
  ])('%o', async (fields) => {
    const { simulator, upload } = await connectSimulator();
    await using _ = simulator;
    expect(await upload(PICTURE, fields)).toEqual(refused);
    expect(simulator.uploadsLeft).toBe(100);
  });

  const whole = { third_code: 'demo', repair_type: 'sr' };
  const withFile = (name: string, file: Blob | string) => {
    const form = formOf(whole);
    if (typeof file === 'string') form.append(name, file);
    else form.append(name, file, 'photo.jpg');
    return form;
  };
  const bodies: Readonly<Record<string, () => BodyInit>> = {
    'no file': () => formOf(whole),
    'an empty file': () => withFile('file', new Blob([])),
    'the file under another name': () => withFile('photo', new Blob([PICTURE])),
    'the file as a text field': () => withFile('file', 'photo.jpg'),
    'an urlencoded form, which cannot contain a file': () => new URLSearchParams(whole),
    'a body that is not a form': () => new Blob([PICTURE], { type: 'image/jpeg' }),
    'no third_code': () => {
      const form = formOf({ repair_type: 'sr' });
      form.append('file', new Blob([PICTURE]), 'photo.jpg');
      return form;
    },
    'fields without end': () => {
      const form = withFile('file', new Blob([PICTURE]));
      for (let index = 0; index < 40; index++) form.append(`field${index}`, 'x');
      return form;
    },
  };

  test.for(Object.entries(bodies))('%s', async ([, body]) => {
    const { simulator, post } = await connectSimulator();
    await using _ = simulator;
    expect((await post('upload', body())).answer).toEqual(refused);
    expect(simulator.uploadsLeft).toBe(100);
  });
});

test('fields may follow the file', async () => {
  const { simulator, post } = await connectSimulator();
  await using _ = simulator;
  const form = new FormData();
  form.append('file', new Blob([PICTURE]), 'photo.jpg');
  form.append('repair_type', 'sr');
  form.append('third_code', 'demo');
  expect((await post('upload', form)).answer).toMatchObject({ code: 200 });
});

test.for<[string, string]>([
  ['a text', 'Dear madam, enclosed is my photo.'],
  ['a web page', '<!doctype html><title>photo.jpg</title>'],
  ['a vector drawing', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'],
  ['a document', '%PDF-1.7\n%âãÏÓ\n'],
  ['a few bytes', 'GI'],
])('%s with the name photo.jpg is 9005 and costs nothing', async ([, text]) => {
  const { simulator, upload } = await connectSimulator();
  await using _ = simulator;
  expect(await upload(Uint8Array.from(Buffer.from(text)))).toEqual({
    code: 9000,
    errno: 9005,
    msg: '文件上傳類型不支持',
  });
  expect(simulator.uploadsLeft).toBe(100);
});

test('an upload without any left is 9101, and the quota stays 0', async () => {
  const { simulator, upload, call } = await connectSimulator({ uploads: 1 });
  await using _ = simulator;
  expect(await upload(PICTURE)).toMatchObject({ code: 200 });
  expect(await upload(PICTURE)).toEqual({ code: 9000, errno: 9101, msg: '上傳次數不足' });
  expect(await call('nums')).toMatchObject({ data: { nums: 0 } });
  simulator.setUploadsLeft(1);
  expect(await upload(PICTURE)).toMatchObject({ code: 200 });
});

test('of several concurrent uploads only as many are accepted as are paid for', async () => {
  const { simulator, upload } = await connectSimulator({ uploads: 3 });
  await using _ = simulator;
  const answers = await Promise.all(Array.from({ length: 8 }, () => upload(PICTURE)));
  const accepted = answers.filter((answer) => JSON.stringify(answer).startsWith('{"code":200'));
  expect(accepted).toHaveLength(3);
  expect(simulator.uploadsLeft).toBe(0);
});

test('a file of exactly the maximum size is accepted, one more byte is 9006 and costs nothing', async () => {
  const maxFileSizeBytes = PICTURE.length + 10;
  const { simulator, upload } = await connectSimulator({ maxFileSizeBytes });
  await using _ = simulator;
  const padded = (length: number) => {
    const file = new Uint8Array(length);
    file.set(PICTURE);
    return file;
  };
  expect(await upload(padded(maxFileSizeBytes))).toMatchObject({ code: 200 });
  const tooLarge = await upload(padded(maxFileSizeBytes + 1));
  expect(tooLarge).toEqual({ code: 9000, errno: 9006, msg: '上傳失敗' });
  expect(simulator.uploadsLeft).toBe(99);
});

function part(head: string, content: Uint8Array<ArrayBuffer> | string): Blob {
  return new Blob([`--edge\r\ncontent-disposition: form-data; ${head}\r\n\r\n`, content]);
}

test('a form that ends in the middle of its file is 9006 and costs nothing', async () => {
  const { simulator, post } = await connectSimulator();
  await using _ = simulator;
  const body = new Blob([
    part('name="third_code"', 'demo\r\n'),
    part('name="repair_type"', 'sr\r\n'),
    part('name="file"; filename="photo.jpg"', PICTURE),
  ]);
  const type = { 'content-type': 'multipart/form-data; boundary=edge' };
  const { answer } = await post('upload', body, type);
  expect(answer).toEqual({ code: 9000, errno: 9006, msg: '上傳失敗' });
  expect(simulator.uploadsLeft).toBe(100);
});

test('the same bytes get a new id each time, unless the option says otherwise', async () => {
  for (const sameMdfForSameBytes of [false, true]) {
    const { simulator, accept } = await connectSimulator({ sameMdfForSameBytes });
    await using _ = simulator;
    const [first, again] = [await accept(PICTURE), await accept(PICTURE)];
    expect(first.mdf === again.mdf).toBe(sameMdfForSameBytes);
    const other = await accept(PICTURE, { repair_type: 'bg', rgb: '0,0,0' });
    expect(other.mdf).not.toBe(first.mdf);
    expect(simulator.uploadsLeft).toBe(97);
  }
});

test('a test can make one upload fail with any errno, without a charge', async () => {
  const { simulator, upload } = await connectSimulator();
  await using _ = simulator;
  simulator.failNext('upload', 9009);
  const answered = once(simulator.events, 'answer');
  expect(await upload(PICTURE)).toEqual({ code: 9000, errno: 9009, msg: '圖片異常,處理失敗' });
  expect((await answered)[0]).toMatchObject({ endpoint: 'upload', errno: 9009 });
  expect(await upload(PICTURE)).toMatchObject({ code: 200 });
  expect(simulator.uploadsLeft).toBe(99);
});
