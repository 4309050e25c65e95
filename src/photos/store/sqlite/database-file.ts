import { accessSync, chmodSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { makeFolders } from '../../make-folders.ts';

/** A restarted gateway may find that its predecessor is still closing the database. */
const BUSY_TIMEOUT_MS = 1000;

/** Opens `photos.db` in `directory`. Creates both for their owner alone if they are missing. */
export function openDatabaseFile(directory: string): DatabaseSync {
  makeFolders(directory);
  const path = resolve(directory, 'photos.db');
  keepPrivate(path);
  // For a read-only path SQLite says only "disk I/O error", and sometimes only later.
  for (const place of [directory, path]) accessSync(place, constants.R_OK | constants.W_OK);
  return new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
}

const fileExists = z.object({ code: z.literal('EEXIST') });

/**
 * Makes the database readable by its owner alone: it says who uploaded what, and holds the key that
 * signs addresses. SQLite would make it readable by all. The log beside it gets the mode of the
 * database.
 */
function keepPrivate(path: string) {
  try {
    // "x" opens no file that exists: closing it would drop the lock that a store of this process
    // has on it.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!fileExists.safeParse(error).success) throw error;
    for (const file of [path, `${path}-wal`]) {
      const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
      if ((mode & 0o077) !== 0) chmodSync(file, 0o600);
    }
  }
}
