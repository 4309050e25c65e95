import type { Backdrop } from './backdrop.ts';
import type { Background } from './background.ts';
import type { Pixels } from './pixels.ts';

/** Pixels on either side of an outline that may show both the person and the background. */
const REACH = 2;

/**
 * How much of each pixel is the person, 0 to 255. Along the outline a pixel's colour lies between
 * that of the background and that of the person next to it. Its position between them gives the
 * fraction.
 */
export function measureSubject(photo: Pixels, { backdrop, marks }: Background): Pixels {
  const { width, height } = photo;
  const data = Buffer.alloc(marks.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const isOutline =
        x >= REACH &&
        y >= REACH &&
        x < width - REACH &&
        y < height - REACH &&
        isMixed(marks, pixel, width);
      data[pixel] = isOutline
        ? 255 * subjectShare(photo, pixel, backdrop)
        : marks[pixel] === 1
          ? 0
          : 255;
    }
  }
  return { data, width, height, channels: 1 };
}

function isMixed(marks: Uint8Array, pixel: number, width: number): boolean {
  const own = marks[pixel];
  const down = REACH * width;
  return (
    marks[pixel - REACH] !== own ||
    marks[pixel + REACH] !== own ||
    marks[pixel - down] !== own ||
    marks[pixel + down] !== own ||
    marks[pixel - down - REACH] !== own ||
    marks[pixel - down + REACH] !== own ||
    marks[pixel + down - REACH] !== own ||
    marks[pixel + down + REACH] !== own
  );
}

/** The person's own colour is the one nearby that differs most from the background. */
function subjectShare({ data, width }: Pixels, pixel: number, backdrop: Backdrop): number {
  const behind = [0, 1, 2].map((channel) => backdrop.valueAt(pixel, channel));
  const likeness = (a: number, b: number) =>
    behind.reduce(
      (sum, value, channel) =>
        sum + ((data[a * 3 + channel] ?? 0) - value) * ((data[b * 3 + channel] ?? 0) - value),
      0,
    );
  let [subject, furthest] = [pixel, 0];
  for (let dy = -REACH; dy <= REACH; dy++) {
    for (let dx = -REACH; dx <= REACH; dx++) {
      const other = pixel + dy * width + dx;
      const distance = likeness(other, other);
      if (distance > furthest) [subject, furthest] = [other, distance];
    }
  }
  return furthest === 0 ? 0 : Math.min(Math.max(likeness(pixel, subject) / furthest, 0), 1);
}
