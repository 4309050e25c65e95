import { cell, markdownTable } from '../report/table.ts';
import type { Figures } from '../scenarios/scenario.ts';

/** What is measured of a fleet, in the order of the table's rows: key, title, digits. */
const ROWS: readonly (readonly [key: string, title: string, digits: number])[] = [
  ['uploads', 'uploads of 50 kB a second', 0],
  ['uploadCpu', 'CPU of the gateways per photo, ms', 1],
  ['databaseCpu', 'CPU of PostgreSQL per photo, ms', 1],
  ['transactions', 'transactions per photo', 1],
  ['polls', 'polls per photo', 1],
  ['p50', 'push delay, half within, ms', 0],
  ['p95', 'push delay, 95 of 100 within, ms', 0],
  ['speed', 'uploads of 8 MiB, MiB a second', 0],
  ['speedCpu', 'CPU of the gateways per GiB, s', 2],
  ['queries', 'queries a second', 0],
  ['queryCpu', 'CPU of the gateways per query, µs', 0],
  ['queryDatabaseCpu', 'CPU of PostgreSQL per query, µs', 0],
  ['idleTransactions', 'idle: transactions a second', 1],
  ['idleCpu', 'idle: CPU of a gateway, % of a core', 1],
  ['idleDatabaseCpu', 'idle: CPU of PostgreSQL, % of a core', 1],
  ['memory', 'memory of a gateway, MiB', 0],
  ['takeOver', 'kill -9: until the last photo is pushed, s', 1],
  ['others', 'CPU of others, % of the machine', 0],
];

export type FleetFigures = Figures;

/** A table of what was measured, with a column for each number of gateways. */
export function fleetTable(columns: ReadonlyMap<string, readonly FleetFigures[]>): string {
  const head = ['', ...columns.keys()];
  const rows = ROWS.map(([key, title, digits]) => {
    const cells = [...columns.values()].map((rounds) => {
      const values = rounds.flatMap((figures) => figures[key] ?? []);
      return values.length === 0 ? '–' : cell(values, digits);
    });
    return [title].concat(cells);
  });
  return markdownTable([head, ...rows]);
}
