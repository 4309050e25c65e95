import { median } from '../measure/quantile.ts';
import type { Measurement } from '../run/messages.ts';
import { growth } from '../scenarios/growth.ts';
import { lineChart } from './line-chart.ts';

interface Chart {
  readonly file: string;
  readonly title: string;
  /** Key of a figure, and how it is called in the chart. */
  readonly lines: Readonly<Record<string, string>>;
}

const CHARTS: readonly Chart[] = [
  { file: 'growth-polls.svg', title: 'Polls a photo', lines: { polls: 'polls' } },
  { file: 'growth-delay.svg', title: 'Push delay, ms', lines: { p50: 'median', p95: '95 of 100' } },
  { file: 'growth-memory.svg', title: 'Memory over idle, MiB', lines: { memory: 'memory' } },
  { file: 'growth-cpu.svg', title: 'CPU a photo, ms', lines: { cpu: 'CPU' } },
];
/** What a logarithmic axis shows of a figure that is 0. */
const LEAST = 0.1;

/** The curves of growth: the name of each file and the picture. None without two points to connect. */
export function growthCharts(measurements: readonly Measurement[]): ReadonlyMap<string, string> {
  const own = measurements.filter(({ scenario }) => scenario === growth.name);
  const counts = [...new Set(own.map(({ variant }) => Number.parseInt(variant)))].toSorted(
    (one, other) => one - other,
  );
  if (counts.length < 2) return new Map();
  function pointsOf(key: string) {
    return counts.map((count): readonly [number, number] => {
      const values = own
        .filter(({ variant }) => Number.parseInt(variant) === count)
        .map(({ figures }) => figures[key] ?? 0);
      return [count, Math.max(median(values), LEAST)];
    });
  }
  return new Map(
    CHARTS.map(({ file, title, lines }) => {
      const series = Object.entries(lines).map(([key, name]) => ({ name, points: pointsOf(key) }));
      return [
        file,
        lineChart({ title, xTitle: 'photos in flight, with a subscriber each', series }),
      ];
    }),
  );
}
