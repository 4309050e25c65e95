import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { scans } from './support/scans.ts';
import { connectSimulator, readPicture } from './support/simulator-client.ts';

const UNSUPPORTED = { code: 9000, errno: 9005, msg: '文件上傳類型不支持' };
const ABNORMAL = { code: 9000, errno: 9009, msg: '圖片異常,處理失敗' };
const WHITE_BACKGROUND = { repair_type: 'bg', rgb: '255,255,255' };

const bytesOf = (buffer: Buffer) => Uint8Array.from(buffer);

describe.for([
  { repair_type: 'sr' },
  { repair_type: 'sr,repair' },
  { repair_type: 'sr,repair,colour' },
  WHITE_BACKGROUND,
])('a scan is restored by %o:', (fields) => {
  const scale = fields === WHITE_BACKGROUND ? 1 : 2;

  test.for(Object.entries(scans))('a TIFF with %s', async ([, scan]) => {
    const { simulator, restore } = await connectSimulator();
    await using _ = simulator;
    const result = await sharp(await restore(bytesOf(scan), fields)).metadata();
    expect(result).toMatchObject({
      format: 'jpeg',
      space: 'srgb',
      depth: 'uchar',
      channels: 3,
      width: 96 * scale,
      height: 72 * scale,
    });
  });
});

test.for([
  ['no compression', 4],
  ['BigTIFF', 4],
  ['sixteen bits', 4],
  ['inks', 12],
  ['two pages', 4],
] as const)('a TIFF with %s keeps its tones', async ([name, tolerance]) => {
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  const expected = await sharp(await readPicture('landscape.jpg')).stats();
  const { channels } = await sharp(await restore(bytesOf(scans[name] ?? Buffer.of()))).stats();
  for (const [index, { mean }] of channels.entries()) {
    expect(Math.abs(mean - (expected.channels[index]?.mean ?? 0))).toBeLessThan(tolerance);
  }
});

test('a scan that is cut off is refused and costs nothing', async () => {
  const { simulator, upload } = await connectSimulator();
  await using _ = simulator;
  const scan = bytesOf(scans['no compression'] ?? Buffer.of());
  // Without its end it has no directory, and only its first four bytes show that it is a TIFF.
  for (const length of [scan.length - 10, scan.length - 200, 100]) {
    expect(await upload(scan.subarray(0, length))).toEqual(ABNORMAL);
  }
  expect(simulator.uploadsLeft).toBe(100);
});

describe('a picture of the HEIF family', () => {
  const teal = sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } });
  const avif = () => teal.clone().avif().toBuffer();

  test.for(['avif', 'mif1'])('with AV1 is restored, with the brand %s', async (brand) => {
    const { simulator, restore } = await connectSimulator();
    await using _ = simulator;
    const picture = bytesOf(await avif());
    picture.set(Buffer.from(brand), 8);
    expect(await sharp(await restore(picture)).metadata()).toMatchObject({ width: 128 });
  });

  test('with HEVC, which libvips cannot decode here, is 9005 and costs nothing', async () => {
    const { simulator, upload } = await connectSimulator();
    await using _ = simulator;
    expect(await upload(await readPicture('hevc.heic'))).toEqual(UNSUPPORTED);
    expect(simulator.uploadsLeft).toBe(100);
  });

  test('that is cut off is 9009 and costs nothing', async () => {
    const { simulator, upload } = await connectSimulator();
    await using _ = simulator;
    const picture = bytesOf(await avif());
    expect(await upload(picture.subarray(0, -20))).toEqual(ABNORMAL);
    expect(simulator.uploadsLeft).toBe(100);
  });
});
