import type { Sharp } from 'sharp';
import {
  openPixels,
  rawInput,
  renderColour,
  renderPlane,
  shrinkTo,
  stretchTo,
  type Pixels,
} from './pixels.ts';
import { inventChroma } from './plausible-chroma.ts';

/**
 * Longest side of the picture in which colours are invented, in pixels: eyes see colour coarsely.
 */
const CHROMA_SIDE = 256;
/** Spread of colour differences, of 255, from which a photo counts as coloured. */
const COLOUR_SPREAD = 6;

/**
 * Gives a grey or sepia photo plausible colours. A coloured photo keeps its colours, slightly
 * stronger.
 */
export async function colourise(photo: Pixels): Promise<Pixels> {
  if (await hasColours(photo))
    return renderColour(openPixels(photo).modulate({ saturation: 1.25 }));
  const chroma = inventChroma(
    await renderPlane(shrinkTo(photo, CHROMA_SIDE).greyscale().blur(1.2)),
  );
  const brightness = await renderPlane(openPixels(photo).greyscale());
  const blue = await stretchTo(chroma.blueDifference, photo);
  const red = await stretchTo(chroma.redDifference, photo);
  const planes = await openPixels(brightness)
    .joinChannel([blue.data, red.data], rawInput(blue))
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  return renderColour(fromDifferences({ ...photo, data: planes }));
}

/** A sepia photo is tinted evenly: its colour differences hardly spread. */
async function hasColours(photo: Pixels): Promise<boolean> {
  const small = await renderColour(shrinkTo(photo, 64));
  const { channels } = await openPixels(await renderColour(toDifferences(small))).stats();
  return channels.slice(1).some(({ stdev }) => stdev > COLOUR_SPREAD);
}

/**
 * Converts red, green, blue to brightness, blue-difference, red-difference (BT.601, full range).
 */
function toDifferences(photo: Pixels): Sharp {
  return openPixels(photo)
    .recomb([
      [0.299, 0.587, 0.114],
      [-0.168736, -0.331264, 0.5],
      [0.5, -0.418688, -0.081312],
    ])
    .linear([1, 1, 1], [0, 128, 128]);
}

/** The inverse of `toDifferences`. */
function fromDifferences(planes: Pixels): Sharp {
  return openPixels(planes)
    .recomb([
      [1, 0, 1.402],
      [1, -0.344136, -0.714136],
      [1, 1.772, 0],
    ])
    .linear([1, 1, 1], [-1.402 * 128, 1.058272 * 128, -1.772 * 128]);
}
