import { resolve } from 'node:path';
import { ConfigError } from './config/config-error.ts';
import { databaseUrlOf } from './config/database-url.ts';
import { importStore } from './photos/store/import/import-store.ts';

const USAGE = 'Name the folder of the store: DATABASE_URL=postgres://… npm run import -- DATA_DIR';

await main(process.argv.slice(2));

async function main(args: readonly string[]) {
  try {
    await run(args);
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function run([directory, ...rest]: readonly string[]) {
  if (directory === undefined || rest.length > 0) throw new ConfigError(USAGE);
  const url = databaseUrlOf(process.env);
  if (url === null) throw new ConfigError(USAGE);
  const log = { warn: () => undefined };
  const counts = await importStore({ directory: resolve(directory), url, log });
  const table = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  process.stdout.write(
    `Imported ${table}. Pictures stay where they are: let ARCHIVE_URL name them at a place that all ` +
      'gateways share.\n',
  );
}
