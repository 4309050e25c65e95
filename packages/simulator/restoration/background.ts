import { createBackdrop, rimPixels } from './backdrop.ts';
import type { Backdrop } from './backdrop.ts';
import { openPixels } from './pixels.ts';
import type { Pixels } from './pixels.ts';

/** What is behind the person in an ID photo. */
export interface Background {
  /** Its colours: red, green, blue. */
  readonly backdrop: Backdrop;
  /** One number a pixel: 1 where only background is seen. */
  readonly marks: Uint8Array;
}

/** Distances in CIELAB, in which equal numbers look equally different. */
const LEAST_TOLERANCE = 7;
const GREATEST_TOLERANCE = 18;
/** A shadow on the backdrop changes its lightness more than its hue. */
const LIGHTNESS_WEIGHT = 0.6;

/**
 * Takes the background's colour from the picture's rim and marks what has that colour and hangs
 * together with the rim. A shirt of the same colour stays, since the way to it leads over the person.
 */
export async function findBackground(photo: Pixels): Promise<Background> {
  const strays = strayFromBackdrop(photo, await perceive(photo));
  const rim = rimPixels(photo);
  const straysOfRim = rim.map((pixel) => strays[pixel] ?? 0).toSorted((a, b) => a - b);
  const straying = straysOfRim[rim.length >> 1] ?? 0;
  const tolerance = Math.min(Math.max(4 * straying, LEAST_TOLERANCE), GREATEST_TOLERANCE);
  return {
    backdrop: createBackdrop(photo, photo.data),
    marks: flood(photo, strays, tolerance, rim),
  };
}

/** Three numbers a pixel: lightness, green to red, blue to yellow. */
async function perceive(photo: Pixels): Promise<Float32Array> {
  const bytes = await openPixels(photo).toColourspace('lab').raw({ depth: 'float' }).toBuffer();
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** How far each pixel is from what the backdrop would show there. */
function strayFromBackdrop({ width, height }: Pixels, lab: Float32Array): Float32Array {
  const backdrop = createBackdrop({ width, height }, lab);
  const strays = new Float32Array(width * height);
  for (let pixel = 0; pixel < strays.length; pixel++) {
    const difference = (channel: number) =>
      (lab[pixel * 3 + channel] ?? 0) - backdrop.valueAt(pixel, channel);
    const lightness = difference(0) * LIGHTNESS_WEIGHT;
    strays[pixel] = Math.sqrt(lightness ** 2 + difference(1) ** 2 + difference(2) ** 2);
  }
  return strays;
}

function flood(
  { width }: Pixels,
  strays: Float32Array,
  tolerance: number,
  rim: readonly number[],
): Uint8Array {
  const marks = new Uint8Array(strays.length);
  const waiting = new Int32Array(strays.length);
  let end = 0;
  const visit = (pixel: number, before: number) => {
    const stray = strays[pixel] ?? Number.POSITIVE_INFINITY;
    if (marks[pixel] === 1) return;
    // A backdrop that darkens slowly stays the backdrop; a sudden step is somebody's outline.
    const limit = Math.abs(stray - before) < tolerance / 5 ? 1.6 * tolerance : tolerance;
    if (stray > limit) return;
    marks[pixel] = 1;
    waiting[end++] = pixel;
  };
  for (const pixel of rim) visit(pixel, Number.POSITIVE_INFINITY);
  for (let next = 0; next < end; next++) {
    const pixel = waiting[next] ?? 0;
    const before = strays[pixel] ?? 0;
    const x = pixel % width;
    if (x > 0) visit(pixel - 1, before);
    if (x < width - 1) visit(pixel + 1, before);
    if (pixel >= width) visit(pixel - width, before);
    if (pixel + width < strays.length) visit(pixel + width, before);
  }
  return marks;
}
