import type { ComponentChildren } from 'preact';

export interface SplitProps {
  readonly before: ComponentChildren;
  readonly after: ComponentChildren;
}

/** Two pictures of 160 by 96, the left half of one beside the right half of the other. */
export function Split({ before, after }: SplitProps) {
  return (
    <svg class="art" viewBox="0 0 160 96" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {/* A nested svg clips at its own edges, so that no clip path with an id is needed. */}
      <svg width="80" height="96" viewBox="0 0 80 96">
        {before}
      </svg>
      <svg x="80" width="80" height="96" viewBox="80 0 80 96">
        {after}
      </svg>
      <path d="M80 0v96" stroke="#fff" stroke-width="2" />
      <circle cx="80" cy="48" r="8" fill="#fff" />
      <path
        d="m77.5 45.5-2.5 2.5 2.5 2.5m5-5 2.5 2.5-2.5 2.5"
        fill="none"
        stroke="#3b3a36"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
