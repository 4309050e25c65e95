import { ConfigError } from './config/config-error.ts';
import { databaseUrlOf } from './config/database-url.ts';
import { describeFleet, readFleetStatus } from './photos/fleet/fleet-status.ts';
import { openDatabase } from './photos/store/postgres/database.ts';

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
  const log = { warn: () => undefined };
  const database = openDatabase({ url, max: 1, log });
  try {
    const status = await readFleetStatus(database);
    const json = flags.includes('--json');
    process.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : describeFleet(status));
  } finally {
    await database.close();
  }
}
