import { median } from '../measure/quantile.ts';
import type { Measurement } from '../run/messages.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { subjectNames, subjects } from '../subjects/subject.ts';
import { toRows, type Row } from './rows.ts';

/** A number for people. */
export function toNumber(value: number, digits: number): string {
  const shown = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return Number.isFinite(value) ? value.toLocaleString('en', shown) : '–';
}

/** The median, and where there is more than one value, all of them. */
export function cell(values: readonly number[] | undefined, digits: number): string {
  if (values === undefined) return '–';
  const middle = toNumber(median(values), digits);
  if (values.length === 1) return middle;
  return `${middle} (${values.map((value) => toNumber(value, digits)).join(' ')})`;
}

export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...others] = rows;
  const lines = [head, head.map(() => '---'), ...others];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** What a row of figures is called. */
export const label = ({ figure, variant }: Row) =>
  variant === '' ? figure.title : `${figure.title}, ${variant}`;

/** The figures of a scenario, with a column for each server. */
export function scenarioTable(scenario: Scenario, measurements: readonly Measurement[]): string {
  const rows = toRows(scenario, measurements);
  const names = subjectNames.filter((name) => rows.some(({ values }) => values.has(name)));
  if (names.length === 1) return variantTable(rows);
  const head = ['', ...names.map((name) => subjects[name].title), 'ratio'];
  return markdownTable([
    head,
    ...rows.map((row) =>
      [label(row)].concat(
        names.map((name) => cell(row.values.get(name), row.figure.digits)),
        row.ratio === null ? '–' : `${toNumber(row.ratio, 2)}x`,
      ),
    ),
  ]);
}

/** The figures of a scenario of one server, with a column for each variant. */
function variantTable(rows: readonly Row[]): string {
  const variants = [...new Set(rows.map(({ variant }) => variant))];
  const titles = [...new Set(rows.map(({ figure }) => figure.title))];
  return markdownTable([
    ['', ...variants],
    ...titles.map((title) =>
      [title].concat(
        variants.map((variant) => {
          const row = rows.find((one) => one.figure.title === title && one.variant === variant);
          return cell([...(row?.values.values() ?? [])].flat(), row?.figure.digits ?? 0);
        }),
      ),
    ),
  ]);
}
