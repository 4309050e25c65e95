import type { ButtonHTMLAttributes } from 'preact';
import { usePage } from './page-context.ts';

export interface PhotoButtonProps extends ButtonHTMLAttributes {
  /** The action, in a word. */
  readonly action: string;
  /** The name of the photo to which the action applies. */
  readonly photoName: string;
}

/** A button of one photo among others. Its accessible name says of which. */
export function PhotoButton({ action, photoName, ...others }: PhotoButtonProps) {
  const { actionOn } = usePage().words.photo;
  return (
    <button type="button" class="button" aria-label={actionOn(action, photoName)} {...others}>
      {action}
    </button>
  );
}
