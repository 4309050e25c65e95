import { useState } from 'react';
import type { Outcome } from './outcome.ts';

/**
 * The pictures to show: those of the result, and the previous ones while the next result for the
 * same photo is loading. Otherwise they would vanish and come back within a blink at each step.
 */
export function useHeldPictures(outcome: Outcome | null, fetchedId: string | null): Outcome | null {
  const shown = outcome?.pictureUrl ? outcome : null;
  const [held, setHeld] = useState(shown);
  if (shown !== null && shown !== held) setHeld(shown);
  if (shown !== null) return shown;
  return held !== null && fetchedId !== null && held.id === fetchedId ? held : null;
}
