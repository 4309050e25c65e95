import {
  openPixels,
  rawInput,
  renderColour,
  renderPlane,
  stretchTo,
  withOpacity,
  type Pixels,
} from './pixels.ts';

/** The size of the square picture in which the surroundings of a place are computed, in pixels. */
const SURROUNDINGS_SIDE = 96;

/**
 * Stretches the tones to the full range, then enhances local differences from the wider
 * surroundings. Adaptive histogram equalisation does the same at a hundred times the cost.
 */
export async function restoreContrast(photo: Pixels): Promise<Pixels> {
  const stretched = await renderColour(openPixels(photo).normalise({ lower: 0.5, upper: 99.5 }));
  const surroundings = await renderColour(
    openPixels(stretched)
      .resize({ width: SURROUNDINGS_SIDE, height: SURROUNDINGS_SIDE, fit: 'fill' })
      .blur(SURROUNDINGS_SIDE / 12),
  );
  const negative = await renderColour(openPixels(await stretchTo(surroundings, photo)).negate());
  // Half the photo and half the negative of its surroundings: grey where they are alike.
  const half = await renderPlane(openPixels(negative).linear(0, 128));
  const veil = await withOpacity(negative, half);
  const relief = await renderColour(
    openPixels(stretched).composite([{ input: veil.data, ...rawInput(veil) }]),
  );
  return renderColour(
    openPixels(stretched).composite([
      { input: relief.data, ...rawInput(relief), blend: 'soft-light' },
    ]),
  );
}
