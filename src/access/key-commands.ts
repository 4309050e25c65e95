import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { hashOfKey, makeApiKey } from './api-key.ts';
import {
  formatKeyFile,
  parseKeyFile,
  readKeyFile,
  type KeyEntry,
  clientName,
  dailyUploads,
  isMissing,
  moment,
  UnusableKeyFile,
} from './key-file.ts';

/** The command was asked for something that it cannot do. The message says what to ask for instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * The keys that the file at `path` holds.
 * @throws UnusableKeyFile where it cannot be read or is malformed.
 */
export async function readKeys(path: string): Promise<readonly KeyEntry[]> {
  return parseKeyFile(path, await readKeyFile(path));
}

/**
 * Puts `entries` in place of what the file at `path` holds: whole or not at all, readable by its owner only, and
 * owned by whom it was owned, so that the gateway can still read what root has changed.
 * @throws UnusableKeyFile where there are too many.
 */
export async function writeKeys(path: string, entries: readonly KeyEntry[]): Promise<void> {
  const text = formatKeyFile(entries);
  // Else one key too many would be written, and the gateway would take none of the changes after it.
  parseKeyFile(path, text);
  await writeFileAtomic(path, text, { mode: 0o600 });
}

/** Names a key without telling enough of its hash to be of use. */
export function idOf({ sha256 }: KeyEntry): string {
  return sha256.slice(0, 8);
}

/** What `add` was given, as text. */
export interface AddOptions {
  readonly name: string;
  readonly expires?: string | undefined;
  readonly 'uploads-per-day'?: string | undefined;
  /** Gives a client that has a key another one beside it. @default false */
  readonly another?: boolean | undefined;
}

const additions = z.object({
  name: clientName,
  expires: moment
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
 * Makes a key for a client and adds its hash to the file at `path`, which is made where there is none. The key
 * is known to nobody but who gets this result.
 * @throws UsageError where an option is malformed, or the client has a key and `another` is not asked for.
 */
export async function addKey(
  path: string,
  options: AddOptions,
): Promise<{ readonly key: string; readonly said: string }> {
  const parsed = additions.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const option = issue?.path[0] === 'name' ? 'NAME' : `--${String(issue?.path[0])}`;
    throw new UsageError(`${option} ${issue?.message}`);
  }
  const { name, expires, 'uploads-per-day': uploadsPerDay } = parsed.data;
  const entries = await readKeysIfAny(path);
  const others = entries.filter(({ client }) => client === name);
  if (others.length > 0 && options.another !== true) {
    throw new UsageError(
      `${name} has a key already. Whoever has a key of a client is that client, with all its photos: ` +
        'add --another to give it one more, such as to change keys without a pause.',
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
  await writeKeys(path, [...entries, added]);
  return { key, said: `The key of ${name}, which is shown this once and kept nowhere:` };
}

async function readKeysIfAny(path: string): Promise<readonly KeyEntry[]> {
  try {
    return await readKeys(path);
  } catch (error) {
    if (error instanceof UnusableKeyFile && isMissing(error.cause)) return [];
    throw error;
  }
}

/** Tells each key of the file at `path` in a line: its client, its id, and its limits. */
export async function listKeys(path: string): Promise<string> {
  const rows = (await readKeys(path)).map((entry) => [
    entry.client,
    idOf(entry),
    entry.createdAt?.toISOString() ?? '-',
    entry.expiresAt === undefined ? 'never' : expiryOf(entry.expiresAt),
    entry.uploadsPerDay?.toString() ?? '-',
  ]);
  const table = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) =>
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
 * Removes the keys of a client from the file at `path`, or the one that has `id`, and says so.
 * @throws UsageError where there is none.
 */
export async function removeKeys(path: string, name: string, id?: string): Promise<string> {
  const entries = await readKeys(path);
  const isMeant = (entry: KeyEntry) =>
    entry.client === name && (id === undefined || idOf(entry) === id);
  const remaining = entries.filter((entry) => !isMeant(entry));
  const removed = entries.length - remaining.length;
  if (removed === 0) {
    throw new UsageError(`${name} has no ${id === undefined ? 'key' : `key with the id ${id}`}.`);
  }
  await writeKeys(path, remaining);
  return `Removed ${removed} ${removed === 1 ? 'key' : 'keys'} of ${name}.`;
}
