import sharp, { type Sharp } from 'sharp';
import { renderColour, type Pixels } from './pixels.ts';

/** Largest picture in work and in output, so that memory and time stay bounded. */
export const MOST_PIXELS = 16_000_000;
/** In pixels. The limit of JPEG itself is 65,535. */
export const LONGEST_SIDE = 16_000;

const DECODING_LIMIT_SECONDS = 60;

/**
 * Opens a picture file upright: the first frame of an animation, the first page of a scan. Nothing
 * is decoded before the result is requested. That fails if the file is truncated, damaged, or has
 * more than `maxPixels`.
 */
export function openPicture(path: string, maxPixels: number): Sharp {
  return sharp(path, {
    autoOrient: true,
    // The strictest level also rejects what cameras write and every viewer shows.
    failOn: 'error',
    limitInputPixels: maxPixels,
  }).timeout({ seconds: DECODING_LIMIT_SECONDS });
}

/**
 * Decodes a picture to eight-bit sRGB, whatever its colour space and depth. Transparent parts
 * become white. A picture that is too large to work on is scaled down.
 */
export async function decode(path: string, maxPixels: number): Promise<Pixels> {
  const { autoOrient: size } = await openPicture(path, maxPixels).metadata();
  const scale = Math.min(1, greatestScale(size));
  const picture = openPicture(path, maxPixels).flatten({ background: 'white' });
  if (scale === 1) return renderColour(picture);
  const width = Math.max(1, Math.round(size.width * scale));
  const height = Math.max(1, Math.round(size.height * scale));
  return renderColour(picture.resize({ width, height, fit: 'fill' }));
}

/**
 * The largest factor by which a picture of this size may be enlarged; less than 1 if it must be
 * scaled down.
 */
export function greatestScale({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): number {
  return Math.min(
    Math.sqrt(MOST_PIXELS / (width * height)),
    LONGEST_SIDE / Math.max(width, height),
  );
}
