/** How far the clock of the database is ahead of this machine's, in milliseconds. */
export type TimeOffset = () => number;

/** Differences below this count as none: they do no harm to leases of seconds. */
const TOLERATED_MS = 1000;
/** Times that are told to the database are this near to the present at most. */
const NEAR_MS = 86_400_000;

/**
 * Compares the clocks by one question. It may have been answered at any moment between `askedAtMs` and
 * `answeredAtMs` of this machine's clock.
 */
export function offsetOf(databaseMs: number, askedAtMs: number, answeredAtMs: number): number {
  const offsetMs = Math.round(databaseMs - (askedAtMs + answeredAtMs) / 2);
  const uncertainMs = (answeredAtMs - askedAtMs) / 2 + TOLERATED_MS;
  return Math.abs(offsetMs) <= uncertainMs ? 0 : offsetMs;
}

/** The values of a statement, with those that are times by this machine's clock as times of the database's. */
export function inDatabaseTime(values: readonly unknown[], offsetMs: number): unknown[] {
  return values.map((value) => (isTime(value) ? value + offsetMs : value));
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value - Date.now()) < NEAR_MS;
}

/** Rows that the database returned, with the times in `column` as times of this machine's clock. */
export function inLocalTime(
  rows: readonly Readonly<Record<string, unknown>>[],
  column: string,
  offsetMs: number,
): Record<string, unknown>[] {
  return rows.map((row) =>
    row[column] == null ? { ...row } : { ...row, [column]: Number(row[column]) - offsetMs },
  );
}
