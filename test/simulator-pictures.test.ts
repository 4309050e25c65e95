import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { colourReader } from './support/pixels.ts';
import { connectSimulator, readPicture } from './support/simulator-client.ts';

const ABNORMAL = { code: 9000, errno: 9009, msg: '圖片異常,處理失敗' };
const WHITE_BACKGROUND = { repair_type: 'bg', rgb: '255,255,255' };

function bytesOf(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(buffer);
}

function bomb() {
  return sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: 'navy' } });
}

describe('a picture that cannot be processed is 9009 and costs nothing:', () => {
  const faults: Readonly<Record<string, () => Promise<Uint8Array<ArrayBuffer>>>> = {
    'a JPEG that is cut off': () => readPicture('truncated.jpg'),
    'a PNG that is cut off': async () => (await readPicture('sixteen-bit.png')).subarray(0, 9000),
    'a JPEG that ends after its first bytes': async () =>
      (await readPicture('id-photo.jpg')).subarray(0, 60),
    'a PNG whose middle was overwritten': async () => {
      const picture = await readPicture('sixteen-bit.png');
      return picture.fill(0, 4000, 5000);
    },
    'a PNG of 100 megapixels': async () =>
      bytesOf(await bomb().png({ compressionLevel: 9 }).toBuffer()),
    'a WebP of 100 megapixels': async () => bytesOf(await bomb().webp({ effort: 0 }).toBuffer()),
  };

  test.for(Object.entries(faults))('%s', async ([, makePicture]) => {
    const { simulator, upload } = await connectSimulator();
    await using _ = simulator;
    expect(await upload(await makePicture())).toEqual(ABNORMAL);
    expect(simulator.uploadsLeft).toBe(100);
  });
});

test('a photo that is cut off anywhere is noticed', async () => {
  // Tall, so that reading only its middle would miss the end.
  const tall = sharp(await readPicture('id-photo.jpg')).resize(120, 2400, { fit: 'fill' });
  const whole = bytesOf(await tall.jpeg().toBuffer());
  const { simulator, upload } = await connectSimulator();
  await using _ = simulator;
  for (const share of [0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) {
    expect(await upload(whole.subarray(0, Math.floor(whole.length * share)))).toEqual(ABNORMAL);
  }
  expect(simulator.uploadsLeft).toBe(100);
});

describe.for([
  { repair_type: 'sr' },
  { repair_type: 'sr,repair' },
  { repair_type: 'sr,repair,colour' },
  WHITE_BACKGROUND,
])('an unusual picture is restored by %o:', (fields) => {
  const scale = fields === WHITE_BACKGROUND ? 1 : 2;

  test.for([
    { name: 'one-pixel.png', width: 1, height: 1 },
    { name: 'cmyk.jpg', width: 96, height: 72 },
    { name: 'exif-rotated.jpg', width: 96, height: 72 },
    { name: 'animated.gif', width: 40, height: 30 },
    { name: 'sixteen-bit.png', width: 96, height: 72 },
  ])('$name', async ({ name, width, height }) => {
    const { simulator, restore } = await connectSimulator();
    await using _ = simulator;
    const result = await sharp(await restore(await readPicture(name), fields)).metadata();
    expect(result).toMatchObject({
      format: 'jpeg',
      space: 'srgb',
      depth: 'uchar',
      width: width * scale,
      height: height * scale,
    });
    expect(result.orientation).toBeUndefined();
  });

  test('a strip of 20,000 pixels by one', async () => {
    const strip = sharp({ create: { width: 20_000, height: 1, channels: 3, background: 'teal' } });
    const { simulator, restore } = await connectSimulator();
    await using _ = simulator;
    const result = await restore(bytesOf(await strip.png().toBuffer()), fields);
    expect(await sharp(result).metadata()).toMatchObject({ width: 16_000, height: 1 });
  });
});

test('a photo that was taken sideways comes back upright', async () => {
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  const restored = await restore(await readPicture('exif-rotated.jpg'));
  const at = await colourReader(restored);
  const { width, height } = await sharp(restored).metadata();
  const upright = await sharp(await readPicture('landscape.jpg'))
    .resize(width, height)
    .raw()
    .toBuffer();
  for (const [x, y] of [
    [10, 10],
    [180, 20],
    [20, 70],
    [170, 130],
  ] as const) {
    const [expected = 0] = upright.subarray((y * width + x) * 3);
    expect(Math.abs((at(x, y)[0] ?? 0) - expected)).toBeLessThan(40);
  }
  expect(height).toBeLessThan(width);
});

test('of an animation the first frame is restored', async () => {
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  const at = await colourReader(await restore(await readPicture('animated.gif')));
  const [red = 0, , blue = 0] = at(20, 20);
  expect(red).toBeGreaterThan(180);
  expect(blue).toBeLessThan(70);
});

test('CMYK and sixteen-bit pictures keep their tones', async () => {
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  const expected = await sharp(await readPicture('landscape.jpg')).stats();
  for (const name of ['cmyk.jpg', 'sixteen-bit.png']) {
    const { channels } = await sharp(await restore(await readPicture(name))).stats();
    for (const [index, { mean }] of channels.entries()) {
      expect(Math.abs(mean - (expected.channels[index]?.mean ?? 0))).toBeLessThan(15);
    }
  }
});

test('transparent parts of a picture become white', async () => {
  const clear = { r: 10, g: 20, b: 30, alpha: 0 };
  const picture = sharp({ create: { width: 20, height: 20, channels: 4, background: clear } });
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  const at = await colourReader(await restore(bytesOf(await picture.png().toBuffer())));
  expect(at(20, 20)).toEqual([255, 255, 255]);
});
