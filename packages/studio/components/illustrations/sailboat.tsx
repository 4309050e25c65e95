/** The colours of a picture of a boat. */
export interface BoatColours {
  readonly sky: string;
  readonly sun: string;
  readonly sea: string;
  readonly wave: string;
  readonly hull: string;
  readonly sail: string;
  readonly jib: string;
}

export const GREY_BOAT: BoatColours = {
  sky: '#cdccc9',
  sun: '#e4e3e0',
  sea: '#8d8c89',
  wave: '#a6a5a2',
  hull: '#4a4947',
  sail: '#efeeeb',
  jib: '#b9b8b5',
};

export const SEPIA_BOAT: BoatColours = {
  sky: '#ead9ba',
  sun: '#f7ecd6',
  sea: '#b3946a',
  wave: '#c7aa80',
  hull: '#54402c',
  sail: '#fbf3e3',
  jib: '#d9bf95',
};

/** Colours that have faded over the years. */
export const FADED_BOAT: BoatColours = {
  sky: '#e6dcc8',
  sun: '#efe7d8',
  sea: '#cbbb9f',
  wave: '#d6c9b1',
  hull: '#92836d',
  sail: '#f0e9dc',
  jib: '#dccfb8',
};

export const BRIGHT_BOAT: BoatColours = {
  sky: '#f7d9b0',
  sun: '#fff1cf',
  sea: '#2f7f86',
  wave: '#4d9a9c',
  hull: '#7c2f24',
  sail: '#fffaf0',
  jib: '#e2674a',
};

/** A boat at sea, 160 by 96. */
export function Sailboat({ sky, sun, sea, wave, hull, sail, jib }: BoatColours) {
  return (
    <g>
      <rect width="160" height="96" fill={sky} />
      <circle cx="118" cy="34" r="13" fill={sun} />
      <rect y="62" width="160" height="34" fill={sea} />
      <path d="M78 12v52h34q-6-34-34-52z" fill={sail} />
      <path d="M74 20v44H50q16-14 24-44z" fill={jib} />
      <path d="M75 8h2.4v60H75z" fill={hull} />
      <path d="M42 66h78q-6 15-20 15H60q-13 0-18-15z" fill={hull} />
      <path
        d="M8 76q6-4 12 0t12 0M128 84q6-4 12 0t12 0M20 90q6-4 12 0t12 0"
        fill="none"
        stroke={wave}
        stroke-width="2.5"
        stroke-linecap="round"
      />
    </g>
  );
}

/** The damage of the years on the left half of a print. */
export function Scratches() {
  return (
    <g fill="none" stroke="#fffdf8" stroke-linecap="round">
      <path d="M0 33 24 30l16 4 40-6" stroke-width="1.8" />
      <path d="M16 0l6 40-4 56M61 0l-3 30 5 66M36 52l3 44" stroke-width="1.1" />
      <path d="M46 8l5 9M8 58l10-5M66 82l8 7M30 16l-5 7" stroke-width="1.6" />
      <path d="M12 14v.1M40 44v.1M70 50v.1M52 72v.1M28 66v.1M72 12v.1M6 84v.1" stroke-width="3" />
      <path d="M0 0h17L8 6 0 14z" fill="#fffdf8" stroke="none" />
    </g>
  );
}
