import sharp, { type Sharp } from 'sharp';

/** Red, green, blue, each 0-255 (sRGB). */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * A decoded picture: sRGB for three channels, sRGB with opacity for four, a single quantity for
 * one.
 */
export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** The options with which sharp reads raw bytes. */
export function rawInput({ width, height, channels }: Pixels) {
  return { raw: { width, height, channels } };
}

/** Opens raw bytes. Their size was checked when they were decoded. */
export function openPixels(pixels: Pixels): Sharp {
  return sharp(pixels.data, { ...rawInput(pixels), limitInputPixels: false });
}

/** Runs `image` on a thread of the pool, and returns sRGB with three channels. */
export async function renderColour(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .removeAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}

/** Runs `image` on a thread of the pool, and returns only its first channel. */
export async function renderPlane(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .extractChannel(0)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 1 };
}

/** Adds `share` to `photo` as its opacity: 0 is transparent. */
export async function withOpacity(photo: Pixels, share: Pixels): Promise<Pixels> {
  const data = await openPixels(photo).joinChannel(share.data, rawInput(share)).raw().toBuffer();
  return { ...photo, data, channels: 4 };
}

/** The median of a square around each pixel, `side` pixels wide if the picture is large enough. */
export function medianOf(photo: Pixels, side: number): Promise<Pixels> {
  return renderColour(openPixels(photo).median(Math.min(side, photo.width, photo.height)));
}

/** The picture, scaled down if a side is longer than `sidePixels`. */
export function shrinkTo(photo: Pixels, sidePixels: number): Sharp {
  const within = {
    width: sidePixels,
    height: sidePixels,
    fit: 'inside',
    withoutEnlargement: true,
  } as const;
  return openPixels(photo).resize(within);
}

/** The picture, stretched to the size of `other`. */
export async function stretchTo(photo: Pixels, { width, height }: Pixels): Promise<Pixels> {
  if (photo.width === width && photo.height === height) return photo;
  const stretched = openPixels(photo).resize({ width, height, fit: 'fill', kernel: 'cubic' });
  return photo.channels === 1 ? renderPlane(stretched) : renderColour(stretched);
}
