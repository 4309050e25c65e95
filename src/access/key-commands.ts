import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { hashOfKey, makeApiKey } from './api-key.ts';
import {
  formatKeyFile,
  parseKeyFile,
  readKeyFile,
  clientName,
  dailyUploads,
  isMissing,
  dateText,
  UnusableKeyFile,
  type KeyEntry,
  type KeyFile,
} from './key-file.ts';

/** A command that cannot be run as given. The message says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the file at `path`.
 * @throws UnusableKeyFile if the file cannot be read or is malformed.
 */
export async function readKeys(path: string): Promise<KeyFile> {
  return parseKeyFile(path, await readKeyFile(path));
}

/**
 * Replaces the content of the file at `path`, whole or not at all. Only the file's owner can read it, and the
 * owner stays the same, so that the gateway can still read a file that root has changed.
 * @throws UnusableKeyFile if there are too many keys.
 */
export async function writeKeys(path: string, file: KeyFile): Promise<void> {
  const text = formatKeyFile(file);
  // Without this check one key too many could be written, and the gateway would reject that change and all
  // later ones.
  parseKeyFile(path, text);
  await writeFileAtomic(path, text, { mode: 0o600 });
}

/** Identifies a key without revealing enough of its hash to be useful. */
export function idOf({ sha256 }: KeyEntry): string {
  return sha256.slice(0, 8);
}

/** The options of `add`, as text. */
export interface AddOptions {
  readonly name: string;
  readonly expires?: string | undefined;
  readonly 'uploads-per-day'?: string | undefined;
  /** Allows another key for a client that already has one. @default false */
  readonly another?: boolean | undefined;
}

const addOptions = z.object({
  name: clientName,
  expires: dateText
    .refine((date) => date.getTime() > Date.now(), 'must lie in the future')
    .optional(),
  'uploads-per-day': z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(dailyUploads)
    .optional(),
});

/**
 * Generates a key for a client and adds its hash to the file at `path`; the file is created if it does not
 * exist. Only the caller of this function gets the key.
 * @throws UsageError if an option is malformed, or if the client has a key and `another` is not set.
 */
export async function addKey(
  path: string,
  options: AddOptions,
): Promise<{ readonly key: string; readonly message: string }> {
  const parsed = addOptions.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const option = issue?.path[0] === 'name' ? 'NAME' : `--${String(issue?.path[0])}`;
    throw new UsageError(`${option} ${issue?.message}`);
  }
  const { name, expires, 'uploads-per-day': uploadsPerDay } = parsed.data;
  const { keys: entries, webhooks } = await readKeysIfAny(path);
  const others = entries.filter(({ client }) => client === name);
  if (others.length > 0 && options.another !== true) {
    throw new UsageError(
      `${name} already has a key. Everyone with a key of a client has access to all its photos: ` +
        'use --another to add one more, for example to change keys without an interruption.',
    );
  }
  const key = makeApiKey();
  const added: KeyEntry = {
    client: name,
    sha256: hashOfKey(key),
    createdAt: new Date(),
    expiresAt: expires,
    uploadsPerDay: uploadsPerDay ?? others[0]?.uploadsPerDay,
  };
  await writeKeys(path, { keys: [...entries, added], webhooks });
  return { key, message: `The key of ${name}. It is shown only now, and stored nowhere:` };
}

async function readKeysIfAny(path: string): Promise<KeyFile> {
  try {
    return await readKeys(path);
  } catch (error) {
    if (error instanceof UnusableKeyFile && isMissing(error.cause))
      return { keys: [], webhooks: [] };
    throw error;
  }
}

/** Formats the keys of the file at `path` as a table, one line per key: its client, its id and its limits. */
export async function listKeys(path: string): Promise<string> {
  const { keys, webhooks } = await readKeys(path);
  const urlOf = new Map(webhooks.map(({ client, url }) => [client, url]));
  const rows = keys.map((entry) => [
    entry.client,
    idOf(entry),
    entry.createdAt?.toISOString() ?? '-',
    entry.expiresAt === undefined ? 'never' : expiryOf(entry.expiresAt),
    entry.uploadsPerDay?.toString() ?? '-',
    urlOf.get(entry.client) ?? '-',
  ]);
  // A last column that only those see who use it.
  const headings = webhooks.length > 0 ? [...HEADINGS, 'WEBHOOK'] : HEADINGS;
  const table = [headings, ...rows].map((row) => row.slice(0, headings.length));
  const widths = headings.map((_, column) =>
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

/**
 * Removes the keys of a client from the file at `path`, or only the one that has `id`; with the last one its
 * webhook too. Returns a message that says so.
 * @throws UsageError if there is none.
 */
export async function removeKeys(path: string, name: string, id?: string): Promise<string> {
  const { keys: entries, webhooks } = await readKeys(path);
  const matches = (entry: KeyEntry) =>
    entry.client === name && (id === undefined || idOf(entry) === id);
  const remaining = entries.filter((entry) => !matches(entry));
  const removed = entries.length - remaining.length;
  if (removed === 0) {
    throw new UsageError(`${name} has no ${id === undefined ? 'key' : `key with the id ${id}`}.`);
  }
  const isLast = !remaining.some(({ client }) => client === name);
  await writeKeys(path, {
    keys: remaining,
    webhooks: webhooks.filter(({ client }) => client !== name || !isLast),
  });
  return `Removed ${removed} ${removed === 1 ? 'key' : 'keys'} of ${name}.`;
}
