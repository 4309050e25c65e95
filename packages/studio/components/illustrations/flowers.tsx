/** The colours of a picture of flowers. */
export interface FlowerColours {
  readonly wall: string;
  readonly table: string;
  readonly vase: string;
  readonly shade: string;
  readonly stem: string;
  readonly petals: readonly [string, string, string];
  readonly heart: string;
}

export const GREY_FLOWERS: FlowerColours = {
  wall: '#d6d5d2',
  table: '#a3a29f',
  vase: '#6f6e6c',
  shade: '#5d5c5a',
  stem: '#7c7b79',
  petals: ['#8b8a88', '#b5b4b1', '#9b9a97'],
  heart: '#e8e7e4',
};

export const BRIGHT_FLOWERS: FlowerColours = {
  wall: '#f4e3cb',
  table: '#c98f62',
  vase: '#2c6e8f',
  shade: '#235a76',
  stem: '#4b8150',
  petals: ['#d9483b', '#f2a33c', '#e0708a'],
  heart: '#fbe6a2',
};

/** The positions of the five petals around the centre of a blossom. */
const PETALS = [
  [0, -6.5],
  [6.2, -2],
  [3.8, 5.3],
  [-3.8, 5.3],
  [-6.2, -2],
] as const;

/** Flowers in a vase, 160 by 96. */
export function Flowers({ wall, table, vase, shade, stem, petals, heart }: FlowerColours) {
  const blossoms = [
    { x: 56, y: 34, size: 1, petal: petals[0] },
    { x: 80, y: 22, size: 1.15, petal: petals[1] },
    { x: 104, y: 34, size: 1.05, petal: petals[2] },
  ];
  return (
    <g>
      <rect width="160" height="96" fill={wall} />
      <rect y="78" width="160" height="18" fill={table} />
      <path
        d="M80 60V26M80 62Q62 52 57 38M80 62q18-10 23-24"
        fill="none"
        stroke={stem}
        stroke-width="2.5"
      />
      <path d="M68 52q-12-2-16 6 11 3 16-6zM94 51q12-2 15 7-11 2-15-7z" fill={stem} />
      {blossoms.map(({ x, y, size, petal }) => (
        <g key={petal} transform={`translate(${x} ${y}) scale(${size})`}>
          {PETALS.map(([cx, cy]) => (
            <circle key={cx} {...{ cx, cy }} r="5.6" fill={petal} />
          ))}
          <circle r="4" fill={heart} />
        </g>
      ))}
      <path d="M68 56h24q-2 8 2 14 5 8-2 16H68q-7-8-2-16 4-6 2-14z" fill={vase} />
      <path d="M84 56h8q-2 8 2 14 5 8-2 16h-9q7-14 1-30z" fill={shade} />
    </g>
  );
}
