import { openQueryLoad } from '../driver/query-load.ts';
import { queryBytes, type Query } from '../driver/requests.ts';
import { quantile } from '../measure/quantile.ts';
import type { Subject } from '../subjects/subject.ts';
import type { Scale } from './scale.ts';
import type { Figure, Figures } from './scenario.ts';

const CONNECTIONS = 50;

export const queryFigures: readonly Figure[] = [
  { key: 'perSecond', title: 'queries a second', better: 'more', digits: 0 },
  { key: 'cpuMicroseconds', title: 'CPU of the server per query, µs', better: 'less', digits: 0 },
  { key: 'p99', title: '99 of 100 answered within, ms', better: 'less', digits: 1 },
];

/** The answer to `{ __typename }`. */
export const TYPE_NAME = '"__typename":"Query"';

/**
 * Asks one query on 50 keep-alive connections, first to warm up, then to measure. `onMeasure` is called
 * in between.
 */
export async function measureQueries(
  subject: Subject,
  query: Query,
  answer: string,
  scale: Scale,
  onMeasure?: () => Promise<void>,
): Promise<Figures> {
  using load = await openQueryLoad({
    endpoint: subject.endpoint,
    request: queryBytes(subject.endpoint, query),
    connections: CONNECTIONS,
    accepts: (body) => body.includes(answer),
  });
  await load.run(scale.warmUpSeconds);
  await onMeasure?.();
  const before = subject.usage.cpuSeconds();
  const tally = await load.run(scale.querySeconds);
  const cpuSeconds = subject.usage.cpuSeconds() - before;
  return {
    answers: tally.answers,
    perSecond: tally.answers / tally.seconds,
    cpuMicroseconds: (cpuSeconds / tally.answers) * 1e6,
    p99: quantile(tally.latenciesMs, 0.99),
  };
}
