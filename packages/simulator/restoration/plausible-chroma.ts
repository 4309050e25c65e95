import { createPalette, FIGURE, GROUND, SKY, SURROUNDINGS, type Palette } from './palette.ts';
import type { Pixels } from './pixels.ts';

export interface Chroma {
  /** Blue-difference and red-difference (BT.601); 128 is grey. */
  readonly blueDifference: Pixels;
  readonly redDifference: Pixels;
}

/**
 * Invents colours for a grey photo from what most photos show: people in the middle, sky in bright
 * areas at the top, cloth or ground at the bottom. Each of these has its own tones, and they blend
 * without an edge.
 */
export function inventChroma(brightness: Pixels): Chroma {
  const { width, height } = brightness;
  const figure = createPalette(FIGURE);
  const ground = createPalette(GROUND);
  const sky = createPalette(SKY);
  const surroundings = createPalette(SURROUNDINGS);
  const blue = Buffer.alloc(brightness.data.length);
  const red = Buffer.alloc(brightness.data.length);
  const across = Float32Array.from({ length: width }, (_, x) =>
    bell((x + 0.5) / width - 0.5, 0.32, 2),
  );
  for (let y = 0; y < height; y++) {
    const v = (y + 0.5) / height;
    const down = bell(v - 0.48, 0.42, 4);
    const low = rise(0.7, 0.9, v);
    const high = rise(0.5, 0.1, v);
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const tone = brightness.data[pixel] ?? 0;
      const isFigure = down * (across[x] ?? 0);
      const isGround = (1 - isFigure) * low;
      const isSky = (1 - isFigure - isGround) * high * rise(0.45, 0.7, tone / 255);
      const isElse = 1 - isFigure - isGround - isSky;
      const mixed = (difference: keyof Palette) =>
        isFigure * (figure[difference][tone] ?? 0) +
        isGround * (ground[difference][tone] ?? 0) +
        isSky * (sky[difference][tone] ?? 0) +
        isElse * (surroundings[difference][tone] ?? 0);
      blue[pixel] = 128.5 + mixed('blueDifference');
      red[pixel] = 128.5 + mixed('redDifference');
    }
  }
  return {
    blueDifference: { ...brightness, data: blue },
    redDifference: { ...brightness, data: red },
  };
}

function bell(distance: number, width: number, power: number): number {
  return Math.exp(-(Math.abs(distance / width) ** power));
}

/** A smooth S curve from 0 at `from` to 1 at `to`. */
function rise(from: number, to: number, value: number): number {
  const t = Math.min(Math.max((value - from) / (to - from), 0), 1);
  return t * t * (3 - 2 * t);
}
