/** Outlines on a square of 24, drawn with a stroke in the text's colour. */
const OUTLINES = {
  add: 'M12 5v14M5 12h14',
  alert:
    'M12 8v5M12 16.5v.1M10.3 4.2 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0Z',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15ZM10 20.5a2 2 0 0 0 4 0',
  camera:
    'M4 8a2 2 0 0 1 2-2h2l1.5-2h5L16 6h2a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2ZM12 16a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  clock: 'M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  close: 'M6 6l12 12M18 6 6 18',
  code: 'm8 8-4 4 4 4M16 8l4 4-4 4M13.5 5l-3 14',
  copy: 'M9 9h9a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2v-9M5 15a2 2 0 0 1-1-2V6a2 2 0 0 1 2-2h7a2 2 0 0 1 2 1',
  delete: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  expand: 'M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7',
  key: 'M14.5 14.5a5 5 0 1 0-4.8-3.7L4 16.5V20h3.5v-2.5H10V15l1.3-1.3a5 5 0 0 0 3.2.8ZM15.5 8.5v.1',
  less: 'M5 12h14',
  more: 'M5 12v.1M12 12v.1M19 12v.1',
  next: 'm9 5 7 7-7 7',
  offline:
    'M3 3l18 18M8.5 15.5a5 5 0 0 1 7 0M5 12a10 10 0 0 1 4-2.4M19 12a10 10 0 0 0-6.5-2.9M2 8.5a15 15 0 0 1 4-2.6M22 8.5A15 15 0 0 0 10.5 4.6M12 19v.1',
  palette:
    'M12 3a9 9 0 1 0 0 18c1.5 0 2-1 1.6-2-.5-1.3.3-2.5 1.7-2.5H18a3 3 0 0 0 3-3C21 7.5 17 3 12 3ZM8 11v.1M11 7.5v.1M15.5 8.5v.1',
  previous: 'm15 5-7 7 7 7',
  share: 'M12 15V4M8 7.5 12 3.5l4 4M6 11H5v9h14v-9h-1',
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
