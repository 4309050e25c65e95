/** Outlines on a square of 24, drawn with a stroke in the text's colour. */
const OUTLINES = {
  add: 'M12 5v14M5 12h14',
  alert:
    'M12 8v5M12 16.5v.1M10.3 4.2 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  clock: 'M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  close: 'M6 6l12 12M18 6 6 18',
  code: 'm8 8-4 4 4 4M16 8l4 4-4 4M13.5 5l-3 14',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  expand: 'M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7',
  key: 'M14.5 14.5a5 5 0 1 0-4.8-3.7L4 16.5V20h3.5v-2.5H10V15l1.3-1.3a5 5 0 0 0 3.2.8ZM15.5 8.5v.1',
  offline:
    'M3 3l18 18M8.5 15.5a5 5 0 0 1 7 0M5 12a10 10 0 0 1 4-2.4M19 12a10 10 0 0 0-6.5-2.9M2 8.5a15 15 0 0 1 4-2.6M22 8.5A15 15 0 0 0 10.5 4.6M12 19v.1',
  picture:
    'M4 6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2ZM4 16l4.5-4.5 4.5 4.5 2.5-2.5L20 18M15 8.5v.1',
} as const;

export type IconName = keyof typeof OUTLINES;

/** A decorative icon beside a text that says the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={OUTLINES[name]} />
    </svg>
  );
}
