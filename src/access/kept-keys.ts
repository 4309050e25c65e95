import writeFileAtomic from 'write-file-atomic';
import { formatKeyFile, parseKeyFile, readKeyFile, type KeyEntry } from './key-file.ts';

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
