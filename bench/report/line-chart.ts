export interface Series {
  readonly name: string;
  /** x and y, by rising x; all above zero. */
  readonly points: readonly (readonly [number, number])[];
}

export interface LineChart {
  readonly title: string;
  readonly xTitle: string;
  readonly series: readonly Series[];
}

const WIDTH = 560;
const HEIGHT = 320;
const EDGE = { left: 64, right: 116, top: 40, bottom: 48 };
const COLOURS = ['#0969da', '#bc4c00', '#1a7f37'];
const STYLE =
  'text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-weight:600}' +
  'line{stroke:#8c959f55}polyline{fill:none;stroke-width:2}' +
  '@media (prefers-color-scheme:dark){text{fill:#9198a1}}';

/** The powers of ten from the one below the least value to the one above the greatest. */
export function decades(values: readonly number[]): readonly number[] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1);
  return Array.from({ length: high - low + 1 }, (_, index) => Number(`1e${low + index}`));
}

const round = (pixels: number) => pixels.toFixed(1);

const rule = (x1: number, y1: number, x2: number, y2: number) =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
const text = (x: number, y: number, anchor: string, value: string) =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${value}</text>`;

/** Where a value lies between the ends of a logarithmic axis, from 0 to 1. */
function place(value: number, axis: readonly number[]): number {
  const [first = 1, last = 1] = [axis[0], axis.at(-1)];
  return Math.log10(value / first) / Math.log10(last / first);
}

/**
 * Draws lines on two logarithmic axes, as an SVG document. There, what grows with x is a line that
 * rises as steeply as x does, and what does not grow is level.
 */
export function lineChart({ title, xTitle, series }: LineChart): string {
  const all = series.flatMap(({ points }) => points);
  const xAxis = decades(all.map(([x]) => x));
  const yAxis = decades(all.map(([, y]) => y));
  const [right, bottom] = [WIDTH - EDGE.right, HEIGHT - EDGE.bottom];
  const toX = (x: number) => EDGE.left + place(x, xAxis) * (right - EDGE.left);
  const toY = (y: number) => bottom - place(y, yAxis) * (bottom - EDGE.top);

  const parts = [
    ...xAxis.map((x) => rule(toX(x), EDGE.top, toX(x), bottom)),
    ...xAxis.map((x) => text(toX(x), bottom + 18, 'middle', x.toLocaleString('en'))),
    ...yAxis.map((y) => rule(EDGE.left, toY(y), right, toY(y))),
    ...yAxis.map((y) => text(EDGE.left - 8, toY(y) + 4, 'end', y.toLocaleString('en'))),
    text((EDGE.left + right) / 2, HEIGHT - 10, 'middle', xTitle),
    `<text class="title" x="${EDGE.left}" y="22">${title}</text>`,
    ...series.flatMap(({ name, points }, index) => {
      const colour = COLOURS[index % COLOURS.length];
      const line = points.map(([x, y]) => `${round(toX(x))},${round(toY(y))}`).join(' ');
      const [lastX, lastY] = points.at(-1) ?? [1, 1];
      return [
        `<polyline points="${line}" stroke="${colour}"/>`,
        ...points.map(
          ([x, y]) =>
            `<circle cx="${round(toX(x))}" cy="${round(toY(y))}" r="3" fill="${colour}"/>`,
        ),
        text(toX(lastX) + 8, toY(lastY) + 4, 'start', name),
      ];
    }),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${title}">\n` +
    `<style>${STYLE}</style>\n${parts.join('\n')}\n</svg>\n`
  );
}
