type Ridge = readonly (readonly [x: number, y: number])[];

const FAR: Ridge = [
  [0, 66],
  [26, 40],
  [50, 62],
  [96, 22],
  [132, 58],
  [160, 40],
];
const NEAR: Ridge = [
  [0, 80],
  [40, 60],
  [84, 84],
  [124, 58],
  [160, 82],
];
const SUN = { x: 126, y: 24, radius: 10 };
const COLOURS = { sky: '#cfe4e6', sun: '#f4b860', far: '#6f9fa3', near: '#2f6a60' } as const;
const PIXEL = 8;

/** Mountains in full resolution. */
export function Mountains() {
  return (
    <g>
      <rect width="160" height="96" fill={COLOURS.sky} />
      <circle cx={SUN.x} cy={SUN.y} r={SUN.radius} fill={COLOURS.sun} />
      <path d={outlineOf(FAR)} fill={COLOURS.far} />
      <path d="m96 22-11 9.6 6 3 6-3 5 4.4 5-2.5z" fill="#fff" />
      <path d={outlineOf(NEAR)} fill={COLOURS.near} />
    </g>
  );
}

/** The left half of the mountains, in few and large pixels. */
export function PixelledMountains() {
  const pixels = Array.from({ length: (80 / PIXEL) * (96 / PIXEL) }, (_, index) => {
    const x = (index % (80 / PIXEL)) * PIXEL;
    const y = Math.floor(index / (80 / PIXEL)) * PIXEL;
    return (
      <rect
        key={index}
        {...{ x, y }}
        width={PIXEL}
        height={PIXEL}
        fill={colourAt(x + PIXEL / 2, y + PIXEL / 2)}
        // Otherwise all pixels would have the same shade, which no camera produces.
        fill-opacity={1 - ((index * 7) % 5) * 0.045}
      />
    );
  });
  return <g shape-rendering="crispEdges">{pixels}</g>;
}

function outlineOf(ridge: Ridge): string {
  return `M0 96L${ridge.map((point) => point.join(' ')).join('L')}L160 96z`;
}

function colourAt(x: number, y: number): string {
  if (y > heightAt(NEAR, x)) return COLOURS.near;
  if (y > heightAt(FAR, x)) return COLOURS.far;
  return COLOURS.sky;
}

function heightAt(ridge: Ridge, x: number): number {
  const next = ridge.findIndex(([end]) => end >= x);
  const [x1, y1] = ridge[next - 1] ?? [0, 0];
  const [x2, y2] = ridge[next] ?? [160, 96];
  return y1 + ((y2 - y1) * (x - x1)) / (x2 - x1);
}
