import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeWebhookSecret } from './common/webhook-secret.ts';
import { ConfigError } from './config/config-error.ts';
import { databaseUrlOf } from './config/database-url.ts';
import { openSqliteStore } from './photos/store/sqlite/sqlite-store.ts';
import { askGateway } from './webhooks/ask-gateway.ts';
import {
  describeResult,
  operatorCommand,
  runOperatorCommand,
  type OperatorCommand,
  type OperatorResult,
} from './webhooks/operator-commands.ts';
import { socketPathIn } from './webhooks/operator-socket.ts';

const USAGE = `Usage:
  npm run webhooks -- secret
  npm run webhooks -- list [--state waiting|delivered|failed] [--receiver NAME] [--limit N] [--json]
  npm run webhooks -- failed [--receiver NAME] [--limit N] [--json]
  npm run webhooks -- resend ID… [--json]
  npm run webhooks -- resend --failed [--receiver NAME] [--json]
  npm run webhooks -- disabled [--json]
  npm run webhooks -- enable NAME [--json]
The store is that of DATABASE_URL, or else of DATA_DIR.`;

await main();

async function main() {
  try {
    process.stdout.write(await run());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function run(): Promise<string> {
  const { positionals, values } = readArguments();
  if (positionals.join(' ') === 'secret') return `${makeWebhookSecret()}\n`;
  const command = commandOf(positionals, values);
  const url = databaseUrlOf(process.env);
  const result = url === null ? await runInFolder(command) : await runInDatabase(url, command);
  return values.json === true ? `${JSON.stringify(result, null, 2)}\n` : describeResult(result);
}

function readArguments() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const options = { state: text, receiver: text, limit: text, failed: flag, json: flag };
    return parseArgs({ allowPositionals: true, options });
  } catch (cause) {
    throw new ConfigError(`${cause instanceof Error ? cause.message : ''}\n${USAGE}`, { cause });
  }
}

type Values = ReturnType<typeof readArguments>['values'];

function commandOf([name, ...rest]: readonly string[], values: Values): OperatorCommand {
  const { receiver } = values;
  const parsed = operatorCommand.safeParse(shapeOf());
  if (!parsed.success) throw new ConfigError(USAGE);
  return parsed.data;

  function shapeOf(): unknown {
    const only = receiver === undefined ? {} : { receiver };
    const limit = Number(values.limit ?? 100);
    if (name === 'list' && rest.length === 0) {
      return { command: 'list', ...only, state: values.state, limit };
    }
    if (name === 'failed' && rest.length === 0) {
      return { command: 'list', ...only, state: 'failed', limit };
    }
    if (name === 'resend' && rest.length > 0 !== (values.failed === true)) {
      return { command: 'resend', ...only, ids: rest.length > 0 ? rest : null };
    }
    if (name === 'enable' && rest.length === 1) return { command: 'enable', receiver: rest[0] };
    if (name === 'disabled' && rest.length === 0) return { command: 'disabled' };
    return null;
  }
}

async function runInDatabase(url: string, command: OperatorCommand): Promise<OperatorResult> {
  // Loaded only where it is used.
  const { openDatabase } = await import('./photos/store/postgres/database.ts');
  const { openPostgresOutbox } = await import('./photos/store/postgres/open-outbox.ts');
  const database = openDatabase({ url, max: 1, log: { warn: () => undefined } });
  try {
    return await runOperatorCommand(await openPostgresOutbox(database), command);
  } finally {
    await database.close();
  }
}

/** A gateway that runs has the store for itself, and runs the command. */
async function runInFolder(command: OperatorCommand): Promise<OperatorResult> {
  const given = process.env['DATA_DIR']?.trim() ?? '';
  const directory = resolve(given === '' ? './data' : given);
  const answered = await askGateway(socketPathIn(directory), command);
  if (answered !== null) return answered;
  if (!existsSync(join(directory, 'photos.db'))) {
    throw new ConfigError(`DATA_DIR ${directory} holds no photos.db: name the folder of a store`);
  }
  const store = await openSqliteStore({ directory });
  try {
    return await runOperatorCommand(store.outbox, command);
  } finally {
    await store.close();
  }
}
