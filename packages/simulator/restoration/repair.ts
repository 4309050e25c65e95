import {
  medianOf,
  openPixels,
  rawInput,
  renderColour,
  renderPlane,
  shrinkTo,
  stretchTo,
  withOpacity,
  type Pixels,
} from './pixels.ts';
import { restoreContrast } from './restore-contrast.ts';

/** Longest side of the picture in which damage is searched, in pixels: medians are slow. */
const ANALYSIS_SIDE = 2000;

/**
 * Removes dust, scratches and grain from a photo, and restores the contrast of a faded one. Damage
 * differs much from the median of its surroundings; grain hardly does. The median is applied only
 * there, since a median over everything would smear lashes and hair as well.
 */
export async function repair(photo: Pixels): Promise<Pixels> {
  const spread = await measureSpread(photo);
  const damage = Math.max(12, 0.62 * spread);
  const grain = Math.min(8, 0.33 * spread);
  const withoutScratches = await replaceDamage(photo, 7, damage);
  const withoutSpecks = await replaceDamage(withoutScratches, 5, 0.8 * damage);
  return restoreContrast(await replaceGrain(withoutSpecks, 5, grain));
}

/** Spread of the tones, of 255. In a faded photo a small difference already stands out. */
async function measureSpread(photo: Pixels): Promise<number> {
  const { channels } = await openPixels(photo).stats();
  // A single pixel has no spread: NaN.
  return Math.max(...channels.map(({ stdev }) => stdev || 0));
}

/** `side` is that of the median's square, in pixels. `difference` is in steps of 255. */
async function replaceDamage(photo: Pixels, side: number, difference: number): Promise<Pixels> {
  const small = await renderColour(shrinkTo(photo, ANALYSIS_SIDE));
  const median = await medianOf(small, side);
  return patch(photo, median, await above(await differences(small, median), difference));
}

async function replaceGrain(photo: Pixels, side: number, difference: number): Promise<Pixels> {
  const small = await renderColour(shrinkTo(photo, ANALYSIS_SIDE));
  const median = await medianOf(small, side);
  // Blurred first: that puts a single coarse grain below the threshold, but not a line of detail.
  const spread = await renderColour(openPixels(await differences(small, median)).blur(1.2));
  const detail = await above(spread, difference);
  return patch(photo, median, await renderPlane(openPixels(detail).negate()));
}

function differences(photo: Pixels, other: Pixels): Promise<Pixels> {
  const layer = { input: other.data, ...rawInput(other), blend: 'difference' } as const;
  return renderColour(openPixels(photo).composite([layer]));
}

/** Widened as well as blurred: a scratch has a soft edge that is below the threshold. */
function above(quantity: Pixels, limit: number): Promise<Pixels> {
  const chosen = openPixels(quantity).greyscale().threshold(Math.round(limit));
  return renderPlane(chosen.blur(1.1).linear(4, 0));
}

async function patch(photo: Pixels, other: Pixels, share: Pixels): Promise<Pixels> {
  const layer = await withOpacity(await stretchTo(other, photo), await stretchTo(share, photo));
  return renderColour(openPixels(photo).composite([{ input: layer.data, ...rawInput(layer) }]));
}
