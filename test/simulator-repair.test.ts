import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { greyOf, meanOf, twice } from './support/pixels.ts';
import type { Region } from './support/pixels.ts';
import { connectSimulator, readPicture } from './support/simulator-client.ts';

const before = await readPicture('portrait-scratched.jpg');
let after: Buffer;

beforeAll(async () => {
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  after = await restore(before, { repair_type: 'sr,repair' });
});

/** The number of pixels that differ from the median of their surroundings by more than 30. */
async function countSpecks(picture: Uint8Array, region: Region): Promise<number> {
  const own = await greyOf(picture, region);
  const { width, height } = region;
  const raw = { width, height, channels: 1 } as const;
  const around = await sharp(own, { raw }).median(9).extractChannel(0).raw().toBuffer();
  return own.filter((value, index) => Math.abs(value - (around[index] ?? 0)) > 30).length;
}

test.for([
  ['the backdrop', { left: 400, top: 20, width: 75, height: 420 }],
  ['the face', { left: 165, top: 240, width: 90, height: 120 }],
  ['the clothes', { left: 20, top: 500, width: 440, height: 90 }],
] as const)('repair removes specks and scratches from %s', async ([, region]) => {
  const damaged = await countSpecks(before, region);
  const left = (await countSpecks(after, twice(region))) / 4;
  expect(damaged).toBeGreaterThan(20);
  expect(left).toBeLessThan(damaged / 100);
});

/** The average difference of neighbouring pixels, in a part of a picture at its original size. */
async function roughnessOf(picture: Uint8Array, region: Region): Promise<number> {
  const grey = [...(await greyOf(await sharp(picture).resize(480, 600).png().toBuffer(), region))];
  return meanOf(grey.slice(1).map((value, index) => Math.abs(value - (grey[index] ?? 0))));
}

test('repair removes grain, although it raises the contrast', async () => {
  const cheek = { left: 180, top: 250, width: 40, height: 60 };
  const grain = await roughnessOf(before, cheek);
  expect(grain).toBeGreaterThan(2);
  expect(await roughnessOf(after, cheek)).toBeLessThan(grain * 0.6);
});

/** The range between the darkest and the brightest hundredth of the pixels. */
async function toneRange(picture: Uint8Array): Promise<number> {
  const tones = (await sharp(picture).greyscale().raw().toBuffer()).toSorted((a, b) => a - b);
  const at = (rateLimitKey: number) => tones[Math.floor(rateLimitKey * (tones.length - 1))] ?? 0;
  return at(0.99) - at(0.01);
}

test('repair restores the full range of tones of a faded photo', async () => {
  expect(await toneRange(before)).toBeLessThan(160);
  expect(await toneRange(after)).toBeGreaterThan(195);
});

async function thumbnail(picture: Uint8Array): Promise<number[]> {
  return [...(await sharp(picture).resize(24, 30).greyscale().raw().toBuffer())];
}

function varianceOf(values: readonly number[], mean: number): number {
  return meanOf(values.map((value) => (value - mean) ** 2));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const product = meanOf(a.map((value, index) => (value - meanA) * ((b[index] ?? 0) - meanB)));
  return product / Math.sqrt(varianceOf(a, meanA) * varianceOf(b, meanB));
}

test('repair keeps the content of the photo', async () => {
  expect(correlation(await thumbnail(before), await thumbnail(after))).toBeGreaterThan(0.95);
});

test('repair enlarges too', async () => {
  expect(await sharp(after).metadata()).toMatchObject({ width: 960, height: 1200 });
});
