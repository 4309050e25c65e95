import { median } from '../measure/quantile.ts';
import { subjects, type SubjectName } from '../subjects/subject.ts';
import { bestPeer, type Row } from './rows.ts';
import { label, markdownTable, toNumber } from './table.ts';

/**
 * All compared figures in one table: the medians of the gateway, of the best peer and of the limits.
 * Empty where nothing is compared.
 */
export function summaryTable(titles: ReadonlyMap<string, string>, rows: readonly Row[]): string {
  const compared = rows.filter(({ ratio }) => ratio !== null);
  if (compared.length === 0) return '';
  return markdownTable([
    ['', 'gateway', 'best peer', 'limits', 'ratio'],
    ...compared.map((row) => {
      const shown = ([name, numbers]: readonly [SubjectName, readonly number[]]) =>
        `${subjects[name].title} ${toNumber(median(numbers), row.figure.digits)}`;
      const limits = [...row.values].filter(([name]) => subjects[name].kind === 'limit');
      const best = bestPeer(row.figure, row.values);
      return [
        `${titles.get(row.scenario)}: ${label(row)}`,
        toNumber(median(row.values.get('gateway') ?? []), row.figure.digits),
        best === null ? '–' : shown(best),
        limits.map(shown).join(', ') || '–',
        `${toNumber(row.ratio ?? Number.NaN, 2)}x`,
      ];
    }),
  ]);
}
