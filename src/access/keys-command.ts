import { parseArgs } from 'node:util';
import { addKey, listKeys, removeKeys, UsageError } from './key-commands.ts';
import { changeWebhook, needOfAddress } from './webhook-commands.ts';
import { UnusableKeyFile } from './key-file.ts';

const USAGE = `Usage:
  npm run keys -- add NAME [--expires DATE] [--uploads-per-day N] [--another]
  npm run keys -- list
  npm run keys -- remove NAME [--id ID]
  npm run keys -- webhook NAME [URL] [--rotate | --retire | --remove]
The file is API_KEYS_FILE, or --file PATH.`;

await main();

async function main() {
  try {
    await run();
  } catch (error) {
    const foreseen = error instanceof UsageError || error instanceof UnusableKeyFile;
    process.stderr.write(`${foreseen ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function run() {
  const { positionals, values } = readArguments();
  const [command, name, ...rest] = positionals;
  const path = values.file ?? process.env['API_KEYS_FILE'];
  if (path === undefined || path === '') {
    throw new UsageError('Name the file: set API_KEYS_FILE, or give --file PATH.');
  }
  if (command === 'list' && name === undefined) {
    process.stdout.write(await listKeys(path));
  } else if (command === 'add' && name !== undefined && rest.length === 0) {
    const { key, message } = await addKey(path, { ...values, name });
    // The message goes to standard error, so that a script reads only the key.
    process.stderr.write(`${message}\n`);
    process.stdout.write(`${key}\n`);
  } else if (command === 'remove' && name !== undefined && rest.length === 0) {
    process.stdout.write(`${await removeKeys(path, name, values.id)}\n`);
  } else if (command === 'webhook' && name !== undefined && rest.length <= 1) {
    const [url] = rest;
    const secrets = await changeWebhook(path, { ...values, name, url });
    const need = url === undefined ? null : needOfAddress(url);
    if (need !== null) process.stderr.write(`${need}\n`);
    process.stderr.write(
      `${secrets.length > 0 ? `What signs webhooks of ${name}:` : 'Removed.'}\n`,
    );
    if (secrets.length > 0) process.stdout.write(`${secrets.join(' ')}\n`);
  } else {
    throw new UsageError(USAGE);
  }
}

function readArguments() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        file: text,
        expires: text,
        'uploads-per-day': text,
        another: { type: 'boolean' },
        id: text,
        rotate: { type: 'boolean' },
        retire: { type: 'boolean' },
        remove: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : ''}\n${USAGE}`, { cause });
  }
}
