import sharp from 'sharp';
import { expect, test } from 'vitest';
import { bytesOf, meanOf } from './support/pixels.ts';
import { connectSimulator, readPicture } from './support/simulator-client.ts';

/** Mean square difference. */
async function errorOf(picture: Uint8Array, truth: Uint8Array): Promise<number> {
  const [own, other] = [await bytesOf(picture), await bytesOf(truth)];
  return meanOf([...own].map((value, index) => (value - (other[index] ?? 0)) ** 2));
}

async function sharpnessOf(picture: Uint8Array): Promise<number> {
  return (await sharp(picture).stats()).sharpness;
}

test('super-resolution doubles the size', async () => {
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  const restored = await restore(await readPicture('landscape.jpg'), { repair_type: 'sr' });
  expect(await sharp(restored).metadata()).toMatchObject({ width: 640, height: 480 });
});

test('super-resolution is closer to the original than plain enlarging, and sharper', async () => {
  const truth = await sharp(await readPicture('id-photo.jpg'))
    .extract({ left: 100, top: 100, width: 200, height: 240 })
    .png()
    .toBuffer();
  const small = Uint8Array.from(await sharp(truth).resize(100, 120).png().toBuffer());
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  const restored = await restore(small, { repair_type: 'sr' });
  const plain = await sharp(small).resize(200, 240).png().toBuffer();
  expect(await errorOf(restored, truth)).toBeLessThan(0.6 * (await errorOf(plain, truth)));
  expect(await sharpnessOf(restored)).toBeGreaterThan(1.2 * (await sharpnessOf(plain)));
});

test('super-resolution keeps an even colour even, up to the edge', async () => {
  const background = { r: 120, g: 130, b: 140 };
  const even = sharp({ create: { width: 30, height: 20, channels: 3, background } });
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  const restored = await restore(Uint8Array.from(await even.png().toBuffer()));
  const values = [...(await bytesOf(restored))];
  expect(Math.min(...values)).toBeGreaterThan(117);
  expect(Math.max(...values)).toBeLessThan(143);
});

test('a photo too large to double is enlarged up to 16 megapixels', async () => {
  const large = sharp({ create: { width: 3600, height: 2500, channels: 3, background: 'olive' } });
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  const restored = await restore(Uint8Array.from(await large.jpeg().toBuffer()));
  const { width, height } = await sharp(restored).metadata();
  expect(width / height).toBeCloseTo(3600 / 2500, 2);
  expect(width * height).toBeGreaterThan(15_900_000);
  expect(width * height).toBeLessThan(16_100_000);
});
