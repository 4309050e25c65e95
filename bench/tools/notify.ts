import { startFleetDatabase } from '../fleet/fleet-database.ts';
import { measureCommits, NOTIFY_CASES } from '../fleet/notify-load.ts';
import { describeMachine } from '../measure/machine.ts';
import { markdownTable, toNumber } from '../report/table.ts';
import { endOnSignals } from '../run/processes.ts';

/** Measures how many small transactions PostgreSQL commits in a second, with and without NOTIFY. */
endOnSignals();
const SECONDS = 3;
await using database = await startFleetDatabase();
const rows: string[][] = [];
// The first run warms up.
await measureCommits(database.url, { title: '', durable: false, notifies: false }, 1);
for (const one of NOTIFY_CASES) {
  rows.push([one.title, toNumber(await measureCommits(database.url, one, SECONDS), 0)]);
}
console.log(`${describeMachine()}\n\n${markdownTable([['', 'commits a second'], ...rows])}`);
