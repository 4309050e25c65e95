import { useState } from 'react';
import type { ResultPhotos } from './result-photos.ts';

/**
 * The pictures to show: those of the result, and the previous ones while the next result for the
 * same photo is loading. Otherwise they would vanish and come back within a blink at each step.
 */
export function useHeldPictures(
  result: ResultPhotos | null,
  fetchedId: string | null,
): ResultPhotos | null {
  const shown = result?.pictureUrl ? result : null;
  const [held, setHeld] = useState(shown);
  if (shown !== null && shown !== held) setHeld(shown);
  if (shown !== null) return shown;
  return held !== null && fetchedId !== null && held.id === fetchedId ? held : null;
}
