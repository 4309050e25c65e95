import type { ButtonHTMLAttributes } from 'preact';
import { usePage } from './page-context.ts';

export interface PhotoButtonProps extends ButtonHTMLAttributes {
  /** What it does, in a word. */
  readonly action: string;
  /** What the photo is called to which it does that. */
  readonly photoName: string;
}

/** A button of one photo among others, whose accessible name tells which. */
export function PhotoButton({ action, photoName, ...others }: PhotoButtonProps) {
  const { actionOn } = usePage().words.photo;
  return (
    <button type="button" class="button" aria-label={actionOn(action, photoName)} {...others}>
      {action}
    </button>
  );
}
