import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { answers, startProviderStub, type StubCall } from './support/provider-stub.ts';

/** The call of an upload. */
async function sent(...upload: Parameters<typeof uploadOf>): Promise<StubCall> {
  await using stub = await startProviderStub(() => answers.uploaded());
  await using provider = connectProvider(stub.url);
  await provider.upload(uploadOf(...upload));
  const [call] = stub.calls;
  if (call === undefined) throw new Error('no call came in');
  return call;
}

test('the fields come before the file, and the body goes out chunked', async () => {
  const call = await sent([Buffer.from('picture')]);
  expect(call.parts).toEqual(['third_code', 'repair_type', 'file']);
  expect(call.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
  expect(call.headers).not.toHaveProperty('content-length');
  expect(call.file).toEqual({
    fileName: 'photo.jpg',
    mediaType: 'image/jpeg',
    bytes: Buffer.from('picture'),
  });
});

test.for([
  ['SUPER_RESOLUTION', 'sr'],
  ['REPAIR', 'sr,repair'],
  ['COLORIZE', 'sr,repair,colour'],
] as const)('%s is sent as %s, without a colour', async ([repairType, wire]) => {
  const call = await sent([Buffer.from('x')], { repairType });
  expect(call.fields).toEqual({ third_code: 'hiliad', repair_type: wire });
});

test('REPLACE_BACKGROUND is sent as bg with the colour in decimals', async () => {
  const call = await sent([Buffer.from('x')], {
    repairType: 'REPLACE_BACKGROUND',
    background: '#ff8000',
  });
  expect(call.fields).toEqual({ third_code: 'hiliad', repair_type: 'bg', rgb: '255,128,0' });
  expect(call.parts.at(-1)).toBe('file');
});

describe('every byte arrives, however the chunks are split', () => {
  const pool = randomBytes(400_000);
  test.for([
    { name: 'one chunk', chunks: [pool] },
    { name: 'a large chunk that is a view into a larger buffer', chunks: [pool.subarray(777)] },
    { name: 'exactly 64 KiB', chunks: [pool.subarray(0, 65_536), pool.subarray(1, 65_537)] },
    { name: 'single bytes and empty chunks', chunks: [pool.subarray(0, 1), Buffer.alloc(0), pool] },
    { name: 'plain byte arrays', chunks: [new Uint8Array(pool.subarray(5))] },
  ])('$name', async ({ chunks }) => {
    const call = await sent(chunks);
    expect(call.file?.bytes.equals(Buffer.concat(chunks))).toBe(true);
  });
});

describe('a file name arrives, and cannot inject anything into the form', () => {
  test.for<[name: string, arrives: string]>([
    ['家族 ñ.jpg', '家族 ñ.jpg'],
    ['a"; name="third_code.jpg', 'a%22; name=%22third_code.jpg'],
    ['a\r\ncontent-type: text/html\r\n\r\nx.jpg', 'acontent-type: text_htmlx.jpg'],
    ['tail\\', 'tail_'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['\u0000\u007F', 'photo'],
    ['', 'photo'],
    [`${'x'.repeat(500)}.jpeg`, `${'x'.repeat(95)}.jpeg`],
    ['\uDC00.jpg', '\uFFFD.jpg'],
  ])('%j as %j', async ([fileName, arrives]) => {
    const call = await sent([Buffer.from('x')], { fileName });
    expect(call.file?.fileName).toBe(arrives);
    expect(call.parts).toEqual(['third_code', 'repair_type', 'file']);
    expect(call.fields).toEqual({ third_code: 'hiliad', repair_type: 'sr' });
  });
});

test.for(['image/svg+xml', 'application/vnd.x-1'])(
  'the media type %s is kept',
  async (mediaType) => {
    const call = await sent([Buffer.from('x')], { mediaType });
    expect(call.file?.mediaType).toBe(mediaType);
  },
);

test.for(['image/png\r\nx-injected: 1', 'image/png; name="x"', 'nonsense', ''])(
  'the media type %j is sent as application/octet-stream',
  async (mediaType) => {
    const call = await sent([Buffer.from('x')], { mediaType });
    expect(call.file).toMatchObject({ mediaType: 'application/octet-stream' });
    expect(call.file?.bytes.toString()).toBe('x');
  },
);

test('each form has its own unpredictable boundary', async () => {
  const boundaries = new Set<string>();
  for (let count = 0; count < 3; count += 1) {
    const { headers } = await sent([Buffer.from('x')]);
    boundaries.add(headers['content-type'] ?? '');
  }
  expect(boundaries.size).toBe(3);
  for (const boundary of boundaries) {
    expect(boundary).toMatch(/boundary=photo-gateway-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  }
});
