/**
 * The metrics of a gateway, by series, such as `photo_gateway_polls_total` or
 * `name{label="value"}`.
 */
export interface Metrics {
  /** The whole response. */
  readonly text: string;
  /** Undefined if there is no such series. The labels are in the gateway's order. */
  of(series: string): number | undefined;
  /** The sum of all the series of a name, whatever their labels. */
  sumOf(name: string): number;
  /** Names of the metrics that have a description. */
  readonly names: ReadonlySet<string>;
  /** The label names of all the series of a name. */
  labelsOf(name: string): ReadonlySet<string>;
}

const SAMPLE = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/;

export async function readMetrics(url: string): Promise<Metrics> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`/metrics answers ${response.status}`);
  const text = await response.text();
  const values = new Map<string, number>();
  const names = new Set<string>();
  const labels = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const described = /^# TYPE ([a-z_]+) (?:counter|gauge|histogram)$/.exec(line);
    if (described?.[1] !== undefined) names.add(described[1]);
    if (line.startsWith('#')) continue;
    const sample = SAMPLE.exec(line);
    if (!sample) throw new Error(`No sample of Prometheus' format: ${line}`);
    const [, name = '', pairs = '', value = ''] = sample;
    values.set(pairs === '' ? name : `${name}{${pairs}}`, numberOf(value));
    const known = labels.get(name) ?? new Set();
    for (const [, label = ''] of pairs.matchAll(/(\w+)="/g)) known.add(label);
    labels.set(name, known);
  }
  return {
    text,
    of: (series) => values.get(series),
    sumOf: (name) =>
      [...values]
        .filter(([series]) => series === name || series.startsWith(`${name}{`))
        .reduce((sum, [, value]) => sum + value, 0),
    names,
    labelsOf: (name) => labels.get(name) ?? new Set(),
  };
}

function numberOf(value: string): number {
  return value.toLowerCase() === 'nan' ? Number.NaN : Number(value.replace('Inf', 'Infinity'));
}
