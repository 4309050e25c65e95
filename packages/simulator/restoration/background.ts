import { createBackdrop, rimPixels, type Backdrop } from './backdrop.ts';
import { openPixels, type Pixels } from './pixels.ts';

/** The background behind the person in an ID photo. */
export interface Background {
  /** Its colours: red, green, blue. */
  readonly backdrop: Backdrop;
  /** One number per pixel: 1 if only background is visible. */
  readonly marks: Uint8Array;
}

/** Distances in CIELAB, in which equal numbers look equally different. */
const LEAST_TOLERANCE = 7;
const GREATEST_TOLERANCE = 18;
/** A shadow on the backdrop changes its lightness more than its hue. */
const LIGHTNESS_WEIGHT = 0.6;

/**
 * Takes the background's colour from the picture's rim, and marks the pixels that have this colour
 * and are connected to the rim. A shirt of the same colour stays, because the person separates it
 * from the rim.
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

/** Three numbers per pixel: lightness, green to red, blue to yellow. */
async function perceive(photo: Pixels): Promise<Float32Array> {
  const bytes = await openPixels(photo).toColourspace('lab').raw({ depth: 'float' }).toBuffer();
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** The distance of each pixel from the backdrop's colour at that place. */
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
    // A backdrop that darkens slowly is still the backdrop. A sudden step is the outline of a
    // person.
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
