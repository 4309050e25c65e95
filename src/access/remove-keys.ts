import type { KeyEntry } from './key-file.ts';
import { idOf, readKeys, writeKeys } from './kept-keys.ts';
import { UsageError } from './usage-error.ts';

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
