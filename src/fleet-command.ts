import { ConfigError } from './config/config-error.ts';
import { databaseUrlOf } from './config/database-url.ts';
import { describeFleet, readFleetStatus } from './photos/fleet/fleet-status.ts';
import { openDatabase } from './photos/store/postgres/database.ts';
import { describeOpenError } from './photos/store/postgres/open-errors.ts';

const USAGE = 'Usage: DATABASE_URL=postgres://… npm run fleet -- status [--json]';

await main(process.argv.slice(2));

async function main(args: readonly string[]) {
  try {
    await run(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function run([command, ...flags]: readonly string[]) {
  const isKnown = command === 'status' && flags.every((flag) => flag === '--json');
  if (!isKnown) throw new ConfigError(USAGE);
  const url = databaseUrlOf(process.env);
  if (url === null) throw new ConfigError(USAGE);
  const status = await readStatus(url);
  const json = flags.includes('--json');
  process.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : describeFleet(status));
}

/** @throws ConfigError with one line, if the database cannot be used. */
async function readStatus(url: string) {
  await using opened = new AsyncDisposableStack();
  try {
    const database = openDatabase({ url, max: 1, log: { warn: () => undefined } });
    opened.defer(() => database.close());
    return await readFleetStatus(database);
  } catch (error) {
    throw describeOpenError(url, error);
  }
}
