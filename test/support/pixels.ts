import sharp from 'sharp';

export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The same region in a picture of double size. */
export function twice({ left, top, width, height }: Region): Region {
  return { left: left * 2, top: top * 2, width: width * 2, height: height * 2 };
}

/** Reads a picture's colours by position: red, green, blue. */
export async function colourReader(picture: Uint8Array) {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  return (x: number, y: number) =>
    [0, 1, 2].map((channel) => data[(y * info.width + x) * info.channels + channel] ?? 0);
}

/** The greatest difference in any channel. */
export function apart(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, channel) => Math.abs(value - (b[channel] ?? 0))));
}

/** A part of a picture as bytes of red, green, blue; the whole picture by default. */
export async function bytesOf(picture: Uint8Array, region?: Region): Promise<Buffer> {
  const part = region === undefined ? sharp(picture) : sharp(picture).extract(region);
  return part.raw().toBuffer();
}

/** A part of a picture as brightness, one byte per pixel. */
export async function greyOf(picture: Uint8Array, region: Region): Promise<Buffer> {
  const part = await sharp(picture).extract(region).png().toBuffer();
  return sharp(part).greyscale().raw().toBuffer();
}

/** The average difference of red and blue in a part of a picture. */
export async function warmthOf(picture: Uint8Array, region: Region): Promise<number> {
  const part = await sharp(picture).extract(region).png().toBuffer();
  const { channels } = await sharp(part).stats();
  return (channels[0]?.mean ?? 0) - (channels[2]?.mean ?? 0);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
