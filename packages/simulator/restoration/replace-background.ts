import sharp from 'sharp';
import { findBackground, type Background } from './background.ts';
import { measureSubject } from './outline.ts';
import {
  medianOf,
  openPixels,
  rawInput,
  renderColour,
  renderPlane,
  shrinkTo,
  stretchTo,
  withOpacity,
  type Colour,
  type Pixels,
} from './pixels.ts';

/** Longest side of the picture in which the person is found, in pixels. */
const ANALYSIS_SIDE = 560;

/** Replaces the even background of an ID photo by `colour`. */
export async function replaceBackground(photo: Pixels, colour: Colour): Promise<Pixels> {
  const small = await medianOf(await renderColour(shrinkTo(photo, ANALYSIS_SIDE)), 3);
  const background = await findBackground(small);
  const subject = measureSubject(small, background);
  const share = await renderPlane(openPixels(await stretchTo(subject, photo)).blur(0.7));
  const cleaned = await exchangeRemainder(photo, share, typicalColour(background, small), colour);
  return layOver(cleaned, share, colour);
}

/**
 * Along the outline a pixel still holds some of the old background, visible as a halo on the new
 * one. This subtracts the old colour that shines through, and adds as much of the new one.
 */
async function exchangeRemainder(
  photo: Pixels,
  share: Pixels,
  from: Colour,
  to: Colour,
): Promise<Pixels> {
  const fourBands = await withOpacity(photo, await renderPlane(openPixels(share).negate()));
  const step = (channel: 0 | 1 | 2) => (to[channel] - from[channel]) / 255;
  return renderColour(
    openPixels(fourBands).recomb([
      [1, 0, 0, step(0)],
      [0, 1, 0, step(1)],
      [0, 0, 1, step(2)],
      [0, 0, 0, 1],
    ]),
  );
}

/** Where only the old background was visible, none of its unevenness stays. */
async function layOver(subject: Pixels, share: Pixels, [r, g, b]: Colour): Promise<Pixels> {
  const { width, height } = subject;
  const opaque = await renderPlane(openPixels(share).linear(2, 0));
  const layer = await withOpacity(subject, opaque);
  const even = sharp({
    create: { width, height, channels: 3, background: { r, g, b } },
    limitInputPixels: false,
  });
  return renderColour(even.composite([{ input: layer.data, ...rawInput(layer) }]));
}

/** The colour in the middle of the backdrop, behind the person's head. */
function typicalColour({ backdrop }: Background, { width, height }: Pixels): Colour {
  const middle = Math.floor(height / 3) * width + Math.floor(width / 2);
  return [backdrop.valueAt(middle, 0), backdrop.valueAt(middle, 1), backdrop.valueAt(middle, 2)];
}
