import { useRef } from 'preact/hooks';
import { usePage } from './page-context.ts';

export interface HandleProps {
  /** The photo's name. */
  readonly name: string;
  /** The fraction of the picture that shows the original, from 0 to 1. */
  readonly before: number;
  readonly onBefore: (share: number) => void;
}

const STEPS = 100;

/** The line between before and after, and the slider that covers both. */
export function Handle({ name, before, onBefore }: HandleProps) {
  const { photo } = usePage().words;
  const atTouch = useRef(before);
  return (
    <>
      <span class="chip chip-before" aria-hidden="true">
        {photo.before}
      </span>
      <span class="chip chip-after" aria-hidden="true">
        {photo.after}
      </span>
      <input
        type="range"
        class="comparison-range"
        max={STEPS}
        value={Math.round(before * STEPS)}
        aria-label={photo.actionOn(photo.compare, name)}
        aria-valuetext={photo.shares(before)}
        onPointerDown={() => (atTouch.current = before)}
        // The finger scrolls the page, so its first position was not meant.
        onPointerCancel={() => onBefore(atTouch.current)}
        onInput={({ currentTarget }) => onBefore(currentTarget.valueAsNumber / STEPS)}
      />
      <span class="handle">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="m9 7-5 5 5 5M15 7l5 5-5 5" />
        </svg>
      </span>
    </>
  );
}
