import { greatestScale } from './decode.ts';
import { openPixels, renderColour, type Pixels } from './pixels.ts';

/**
 * Pixels that are repeated around the picture, so that its edge is not mixed with what is outside.
 */
const MARGIN = 3;

/**
 * Doubles the size of a photo and sharpens its contours. A large photo is enlarged by less, up to
 * 16 megapixels.
 */
export async function enlarge(photo: Pixels): Promise<Pixels> {
  const scale = Math.min(2, greatestScale(photo));
  if (scale <= 1) return photo;
  const extend = {
    top: MARGIN,
    bottom: MARGIN,
    left: MARGIN,
    right: MARGIN,
    extendWith: 'copy',
  } as const;
  const framed = await renderColour(openPixels(photo).extend(extend));
  // Maps pixel centres to pixel centres: without this shift the picture moves up and left.
  const shift = 0.5 - 0.5 / scale;
  const larger = await renderColour(
    openPixels(framed).affine([scale, 0, 0, scale], {
      interpolator: 'lbb',
      idx: shift,
      idy: shift,
    }),
  );
  const inner = {
    left: Math.round(MARGIN * scale),
    top: Math.round(MARGIN * scale),
    width: Math.round(photo.width * scale),
    height: Math.round(photo.height * scale),
  };
  const cropped = await renderColour(openPixels(larger).extract(inner));
  return renderColour(openPixels(cropped).sharpen({ sigma: 0.9, m1: 0.3, m2: 1.6 }));
}
