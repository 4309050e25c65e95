import type { Pixels } from './pixels.ts';

type Size = Pick<Pixels, 'width' | 'height'>;

/**
 * A backdrop as it would look without the person in front of it: a smooth gradient between four
 * corners.
 */
export interface Backdrop {
  /** The value of a channel behind a pixel. Pixels are counted row by row. */
  valueAt(pixel: number, channel: number): number;
}

/** Below this height, the shoulders are at the sides. */
const RIM_HEIGHT_SHARE = 0.6;
/** How far along the rim a corner extends, as a fraction of the side. */
const CORNER_REACH = 0.15;

/** Measures the corners at the rim of `values`, which has three values per pixel. */
export function createBackdrop(size: Size, values: ArrayLike<number>): Backdrop {
  const right = Math.max(1, size.width - 1);
  const low = Math.max(1, Math.ceil(size.height * RIM_HEIGHT_SHARE) - 1);
  const placeOf = (pixel: number) => ({
    u: (pixel % size.width) / right,
    v: Math.min(1, Math.floor(pixel / size.width) / low),
  });
  const rim = rimPixels(size);
  const cornerAt = (cornerU: number, cornerV: number) => {
    const nearest = rim.filter((pixel) => {
      const { u, v } = placeOf(pixel);
      return Math.abs(u - cornerU) <= CORNER_REACH && Math.abs(v - cornerV) <= CORNER_REACH;
    });
    return [0, 1, 2].map((channel) =>
      median(nearest.map((pixel) => values[pixel * 3 + channel] ?? 0)),
    );
  };
  const [leftTop, rightTop] = [cornerAt(0, 0), cornerAt(1, 0)];
  const [leftLow, rightLow] = [cornerAt(0, 1), cornerAt(1, 1)];
  return {
    valueAt: (pixel, channel) => {
      const { u, v } = placeOf(pixel);
      const above = (leftTop[channel] ?? 0) * (1 - u) + (rightTop[channel] ?? 0) * u;
      const below = (leftLow[channel] ?? 0) * (1 - u) + (rightLow[channel] ?? 0) * u;
      return above * (1 - v) + below * v;
    },
  };
}

/** The top row, and the sides down to the shoulders. */
export function rimPixels({ width, height }: Size): number[] {
  const top = Array.from({ length: width }, (_, x) => x);
  const left = Array.from({ length: Math.ceil(height * RIM_HEIGHT_SHARE) }, (_, y) => y * width);
  return [...top, ...left, ...left.map((pixel) => pixel + width - 1)];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
