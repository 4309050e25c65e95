import { z } from 'zod';
import { ConfigError } from '../../../config/config.ts';

/** A database that cannot be used as it is. The message says what is wrong with it. */
export class UnusableDatabaseError extends Error {
  override readonly name = 'UnusableDatabaseError';
  readonly reason: 'damaged' | 'newer';

  constructor(reason: 'damaged' | 'newer', message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Those primary codes of https://www.sqlite.org/rescode.html that say what is wrong with a
 * database.
 */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** The low byte of an extended code is its primary code. */
const sqliteError = z.object({ errcode: z.int().transform((code) => code & 0xff) });

/**
 * Describes in one line why the store in `directory` cannot be opened and what to do. The line
 * names the setting.
 */
export function describeOpenError(directory: string, error: unknown): ConfigError {
  return new ConfigError(`DATA_DIR ${directory} ${describe(error)}`, { cause: error });
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UnusableDatabaseError && error.reason === 'newer') {
    return (
      `was written by a newer photo-gateway (${message}): ` +
      'start that version, or name another directory'
    );
  }
  const code = sqliteError.safeParse(error).data?.errcode;
  if (code === SQLITE_BUSY) {
    return 'is in use by another photo-gateway: stop that one, or name another directory';
  }
  const damaged = error instanceof UnusableDatabaseError || code === SQLITE_NOTADB;
  if (damaged || code === SQLITE_CORRUPT) {
    return (
      `holds a damaged photos.db (${message}): ` +
      'restore a backup, or move it away to start with an empty store'
    );
  }
  return `cannot be used (${message}): name a directory that can be written to`;
}
