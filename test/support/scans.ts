import sharp, { type Sharp } from 'sharp';
import { readPicture } from './archive-sources.ts';

const SIZE = { width: 96, height: 72 };
const photo = await sharp(await readPicture())
  .resize(SIZE)
  .png()
  .toBuffer();
const plain = { compression: 'none' } as const;

/** A photo in which every pixel has this `opacity`. */
async function veiled(opacity: number): Promise<Sharp> {
  const data = await sharp(photo).ensureAlpha(opacity).raw().toBuffer();
  return sharp(data, { raw: { ...SIZE, channels: 4 } });
}

/** Two pages: the photo, and a red one behind it. */
async function pages(): Promise<Sharp> {
  const red = await sharp({ create: { ...SIZE, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  return sharp([photo, red], { join: { animated: true } });
}

const grey = () => sharp(photo).greyscale();

/**
 * Scans as scanners and their programs write them, of one landscape of 96 × 72. Each is named after
 * its special feature.
 */
export const scans: Readonly<Record<string, Buffer>> = {
  'no compression': await sharp(photo).tiff(plain).toBuffer(),
  LZW: await sharp(photo).tiff({ compression: 'lzw' }).toBuffer(),
  deflate: await sharp(photo).tiff({ compression: 'deflate' }).toBuffer(),
  'JPEG within': await sharp(photo).tiff({ compression: 'jpeg' }).toBuffer(),
  tiles: await sharp(photo).tiff({ tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
  BigTIFF: await sharp(photo)
    .tiff({ ...plain, bigtiff: true })
    .toBuffer(),
  inks: await sharp(photo).toColourspace('cmyk').tiff(plain).toBuffer(),
  'sixteen bits': await sharp(photo).toColourspace('rgb16').tiff(plain).toBuffer(),
  grey: await grey().toColourspace('b-w').tiff(plain).toBuffer(),
  'grey of sixteen bits': await grey().toColourspace('grey16').tiff(plain).toBuffer(),
  'black and white, as a fax': await grey()
    .toColourspace('b-w')
    .tiff({ compression: 'ccittfax4', bitdepth: 1 })
    .toBuffer(),
  opacity: await (await veiled(0.9)).tiff(plain).toBuffer(),
  'opacity of sixteen bits': await (
    await veiled(0.9)
  )
    .toColourspace('rgb16')
    .tiff(plain)
    .toBuffer(),
  'grey with opacity': await (await veiled(0.9)).toColourspace('b-w').tiff(plain).toBuffer(),
  'inks with opacity': await (await veiled(0.9)).toColourspace('cmyk').tiff(plain).toBuffer(),
  'two pages': await (await pages()).tiff(plain).toBuffer(),
};

/** The offset of the directory in a classic TIFF of Intel's byte order, in bytes. */
export function directoryOf(tiff: Buffer): number {
  return tiff.readUInt32LE(4);
}
