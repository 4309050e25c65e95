import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { bytesOf, meanOf, warmthOf } from './support/pixels.ts';
import { connectSimulator, readPicture } from './support/simulator-client.ts';

const fields = { repair_type: 'sr,repair,colour' };
const before = await readPicture('portrait-scratched.jpg');
let after: Buffer;

async function colourise(picture: Uint8Array<ArrayBuffer>): Promise<Buffer> {
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  return await restore(picture, fields);
}

beforeAll(async () => {
  after = await colourise(before);
});

/** The average difference of red and blue in dark, middle and bright pixels of the figure. */
async function warmthByTone(picture: Uint8Array): Promise<number[]> {
  const pixels = await bytesOf(picture, { left: 300, top: 300, width: 400, height: 500 });
  const groups: [number[], number[], number[]] = [[], [], []];
  for (let at = 0; at < pixels.length; at += 3) {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(at, at + 3);
    const brightness = red + green + blue;
    const group = brightness < 256 ? groups[0] : brightness < 512 ? groups[1] : groups[2];
    group.push(red - blue);
  }
  return groups.map(meanOf);
}

test('colourisation gives a grey photo warm colours that vary with its tones', async () => {
  const [dark = 0, middle = 0, bright = 0] = await warmthByTone(after);
  expect(middle).toBeGreaterThan(35);
  expect(middle).toBeGreaterThan(dark + 10);
  expect(middle).toBeGreaterThan(bright + 5);
  expect(bright).toBeGreaterThan(8);
});

test('colourisation gives more than one hue: the clothes are cool, the face is warm', async () => {
  expect(await warmthOf(before, { left: 180, top: 240, width: 80, height: 80 })).toBeCloseTo(0, 1);
  expect(await warmthOf(after, { left: 360, top: 480, width: 160, height: 160 })).toBeGreaterThan(
    30,
  );
  expect(await warmthOf(after, { left: 60, top: 1080, width: 200, height: 100 })).toBeLessThan(-5);
});

test('colourisation repairs and enlarges too', async () => {
  expect(await sharp(after).metadata()).toMatchObject({ width: 960, height: 1200, channels: 3 });
});

test('a sepia photo is coloured like a grey one', async () => {
  const sepia = await sharp(before).tint('#c8a878').png().toBuffer();
  const coloured = await colourise(Uint8Array.from(sepia));
  expect(await warmthOf(coloured, { left: 60, top: 1080, width: 200, height: 100 })).toBeLessThan(
    -5,
  );
});

test('a coloured photo keeps its colours', async () => {
  const restored = await colourise(await readPicture('landscape.jpg'));
  expect(await warmthOf(restored, { left: 360, top: 20, width: 60, height: 60 })).toBeLessThan(-60);
});
