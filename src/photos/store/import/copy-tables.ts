import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Session } from '../postgres/database.ts';
import { storedKey } from '../postgres/idempotency-records.ts';
import { rawSql, sql } from '../postgres/sql.ts';

type Row = Readonly<Record<string, unknown>>;

/** A table of the embedded store that PostgreSQL has too, with the same columns. */
export interface CopiedTable {
  readonly name: string;
  /** Makes the row for PostgreSQL. @default as it is */
  readonly convert?: (row: Row) => Row;
}

/** The owner of records that no gateway of the fleet has begun. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

const keyColumn = z.object({ key: z.string() });
const timesColumn = z.object({ times: z.string() });

/** A photo comes before what refers to it. */
export const COPIED_TABLES: readonly CopiedTable[] = [
  { name: 'photos' },
  { name: 'uploads' },
  { name: 'pictures' },
  { name: 'originals' },
  {
    name: 'attempts',
    convert: (row) => ({
      ...row,
      key: storedKey(keyColumn.parse(row).key),
      attempt: crypto.randomUUID(),
      owner: NOBODY,
    }),
  },
  { name: 'allowances' },
  { name: 'deliveries' },
  { name: 'disabled_receivers' },
  {
    name: 'times',
    convert: (row) => ({ ...row, times: JSON.parse(timesColumn.parse(row).times) as unknown }),
  },
];

const ROWS_A_STATEMENT = 500;

/** Copies all rows of a table. @returns how many. */
export async function copyTable(
  source: DatabaseSync,
  session: Session,
  { name, convert = (row) => row }: CopiedTable,
): Promise<number> {
  const table = rawSql(name);
  let batch: Row[] = [];
  let copied = 0;

  async function flush() {
    const rows = JSON.stringify(batch);
    const { count } = await session.query(sql`
      INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, ${rows}::json)`);
    copied += count;
    batch = [];
  }

  for (const row of source.prepare(`SELECT * FROM ${name}`).iterate()) {
    batch.push(convert(row));
    if (batch.length === ROWS_A_STATEMENT) await flush();
  }
  if (batch.length > 0) await flush();
  return copied;
}

const gatewayRow = z.object({
  completed_uploads: z.int(),
  signing_key: z.instanceof(Uint8Array).nullable(),
  clock_ms: z.int(),
});

/** Copies what there is one of. */
export async function copyGateway(source: DatabaseSync, session: Session): Promise<void> {
  const row = gatewayRow.parse(source.prepare('SELECT * FROM gateway').get());
  const key = row.signing_key === null ? null : Buffer.from(row.signing_key);
  await session.query(sql`
    UPDATE gateway SET signing_key = ${key}, clock_ms = ${row.clock_ms}, remaining = NULL,
      completed_uploads = NULL`);
  await session.query(sql`
    SELECT setval(pg_get_serial_sequence('deliveries', 'seq'), max(seq)) FROM deliveries`);
  await session.query(sql`
    UPDATE completed SET uploads = CASE part WHEN 0 THEN ${row.completed_uploads} ELSE 0 END,
      succeeded_at = CASE part WHEN 0 THEN ${row.clock_ms}::bigint END`);
}
