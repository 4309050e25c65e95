import { idOf, readKeys } from './kept-keys.ts';

/** Tells each key of the file at `path` in a line: its client, its id, and its limits. */
export async function listKeys(path: string): Promise<string> {
  const rows = (await readKeys(path)).map((entry) => [
    entry.client,
    idOf(entry),
    entry.createdAt?.toISOString() ?? '-',
    entry.expiresAt === undefined ? 'never' : expiryOf(entry.expiresAt),
    entry.uploadsPerDay?.toString() ?? '-',
  ]);
  const table = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const lineOf = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return table.map((row) => `${lineOf(row).trimEnd()}\n`).join('');
}

const HEADINGS = ['NAME', 'ID', 'CREATED', 'EXPIRES', 'UPLOADS PER DAY'];

function expiryOf(date: Date): string {
  return `${date.toISOString()}${date.getTime() <= Date.now() ? ' (expired)' : ''}`;
}
