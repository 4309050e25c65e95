import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { apart, colourReader } from './support/pixels.ts';
import { connectSimulator, readPicture } from './support/simulator-client.ts';

const RED = [200, 30, 40];
const before = await readPicture('id-photo.jpg');
let after: Buffer;

async function swapBackground(picture: Uint8Array<ArrayBuffer>, rgb: string): Promise<Buffer> {
  const { simulator, restore } = await connectSimulator();
  await using _ = simulator;
  return await restore(picture, { repair_type: 'bg', rgb });
}

beforeAll(async () => {
  after = await swapBackground(before, RED.join(','));
});

test('the background has the requested colour, evenly', async () => {
  const at = await colourReader(after);
  for (let y = 0; y < 340; y += 10) {
    for (const x of [0, 5, 30, 60, 352, 380, 412]) {
      expect(apart(at(x, y), RED)).toBeLessThan(8);
    }
  }
});

test.for([
  ['hair', 206, 60],
  ['forehead', 206, 120],
  ['cheek', 160, 270],
  ['chin', 206, 330],
  ['white shirt', 206, 480],
  ['left shoulder', 40, 500],
  ['right shoulder', 380, 500],
] as const)('the person stays: %s', async ([, x, y]) => {
  const [was, is] = [await colourReader(before), await colourReader(after)];
  expect(apart(was(x, y), RED)).toBeGreaterThan(40);
  expect(apart(is(x, y), was(x, y))).toBeLessThan(14);
});

test('the size stays', async () => {
  expect(await sharp(after).metadata()).toMatchObject({ width: 413, height: 531 });
});

test('the edge is soft, and without the old colour', async () => {
  const at = await colourReader(after);
  for (const y of [60, 100, 140, 250, 300]) {
    const row = Array.from({ length: 413 }, (_, x) => at(x, y));
    const subject = row.findIndex((colour) => apart(colour, RED) > 80);
    const passage = row.slice(subject - 3, subject).map((colour) => apart(colour, RED));
    expect(passage.some((distance) => distance > 10)).toBe(true);
    const blues = row.slice(subject - 5, subject + 5).filter(([r = 0, , b = 0]) => b > r + 25);
    expect(blues).toEqual([]);
  }
});

test('a person who wears the colour of the background gets no hole', async () => {
  const colour = [133, 170, 196];
  const [r = 0, g = 0, b = 0] = colour;
  const badge = sharp({ create: { width: 60, height: 40, channels: 3, background: { r, g, b } } });
  const dressed = await sharp(before)
    .composite([{ input: await badge.png().toBuffer(), left: 50, top: 480 }])
    .png()
    .toBuffer();
  const at = await colourReader(await swapBackground(Uint8Array.from(dressed), '255,255,255'));
  expect(apart(at(80, 500), colour)).toBeLessThan(12);
});

test('a backdrop with a shadow across it is replaced as a whole', async () => {
  const shade =
    '<svg width="413" height="531"><defs><linearGradient id="g"><stop offset="0" stop-opacity=".35"/>' +
    '<stop offset="1" stop-opacity="0"/></linearGradient></defs><rect width="413" height="531" fill="url(#g)"/></svg>';
  const shaded = await sharp(before)
    .composite([{ input: Buffer.from(shade) }])
    .png()
    .toBuffer();
  const at = await colourReader(await swapBackground(Uint8Array.from(shaded), RED.join(',')));
  for (const [x, y] of [
    [2, 2],
    [30, 200],
    [60, 20],
    [200, 3],
    [400, 20],
    [380, 300],
  ] as const) {
    expect(apart(at(x, y), RED)).toBeLessThan(12);
  }
  expect(apart(at(206, 270), RED)).toBeGreaterThan(60);
});
