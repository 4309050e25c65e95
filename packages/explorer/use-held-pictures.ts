import { useState } from 'react';
import type { Outcome } from './outcome.ts';

/**
 * The pictures to show: those of the answer, and while the next one is being fetched for the same photo,
 * those before, or they would vanish and come back within a blink at each step of the walk.
 */
export function useHeldPictures(outcome: Outcome | null, fetchedId: string | null): Outcome | null {
  const shown = outcome?.pictureUrl ? outcome : null;
  const [held, setHeld] = useState(shown);
  if (shown !== null && shown !== held) setHeld(shown);
  if (shown !== null) return shown;
  return held !== null && fetchedId !== null && held.id === fetchedId ? held : null;
}
