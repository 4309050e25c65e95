import { format, resolveConfig } from 'prettier';
import type { ClientRun } from './client-runs.ts';

/** A row of the table of clients: its cells, of which the last names the test file. */
export type ClientRow = readonly string[];

const TITLES = ['library or program', 'version', 'what was run', 'result', 'what it needs', 'test'];
const BEGIN = '<!-- `npm run clients` makes this table. -->\n\n';
const TABLE = new RegExp(`(?<=${BEGIN})(?:\\|.*\\n)*`);

/** The row of a run. The version of a machine's program is left as `shown` has it. */
export function rowOf(run: ClientRun, test: string, shown: readonly ClientRow[]): ClientRow {
  const { client, version, isOfMachine, ran, result, needs } = run;
  const row = [client, version, ran, result, needs, test];
  const known = shown.find((other) => isSameRun(other, row));
  return isOfMachine && known !== undefined ? row.with(1, known[1] ?? version) : row;
}

function isSameRun(one: ClientRow, other: ClientRow): boolean {
  return [0, 2, 5].every((cell) => one[cell] === other[cell]);
}

export function rowsIn(document: string): readonly ClientRow[] {
  const [, , ...lines] = TABLE.exec(document)?.[0].trimEnd().split('\n') ?? [];
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The document at `path` with these rows in its table. */
export async function withRows(
  path: string,
  document: string,
  rows: readonly ClientRow[],
): Promise<string> {
  const sorted = rows.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const lines = [TITLES, TITLES.map(() => '---'), ...sorted].map((row) => `| ${row.join(' | ')} |`);
  const written = document.replace(TABLE, () => `${lines.join('\n')}\n`);
  return format(written, { ...(await resolveConfig(path)), filepath: path });
}

/** Sorts by the client, and for one client by what was run. */
function keyOf([client = '', version, ran, , , test]: ClientRow): string {
  return [client.toLowerCase(), ran, version, test].join('\n');
}
