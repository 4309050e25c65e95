import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../store.ts';
import { createSqliteAccount } from './account.ts';
import { createSqliteAllowances } from './allowances.ts';
import { openDatabaseFile } from './database-file.ts';
import { createSqliteIdempotencyRecords } from './idempotency-records.ts';
import { createSqliteLists } from './lists.ts';
import { createSqliteMetadata } from './metadata.ts';
import { describeOpenError } from './open-errors.ts';
import { cachePhotos } from './photo-cache.ts';
import { createSqlitePhotos } from './photos.ts';
import { createSqlitePurge } from './purge.ts';
import { setUpDatabase } from './set-up-database.ts';
import { createStoreClock } from './store-clock.ts';
import { createSqliteUploads } from './uploads.ts';

export interface SqliteStoreOptions {
  /** The folder of `photos.db`. It is created, for its owner alone, if it is missing. */
  readonly directory: string;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** A monotonic clock, in milliseconds since any moment. @default performance.now */
  readonly steadyNow?: () => number;
}

/**
 * Opens the store of one gateway: an SQLite database that this process has exclusively until
 * `close()` or its own end, however that happens. Calls after `close()` reject. A second `close()`
 * does nothing.
 * @throws ConfigError with one line that names DATA_DIR and says what to do, if the directory is in
 * use or not writable, or its database is damaged or of a newer version.
 */
export async function openSqliteStore({
  directory,
  now = Date.now,
  steadyNow = () => performance.now(),
}: SqliteStoreOptions): Promise<Store> {
  using opening = new DisposableStack();
  try {
    const database = opening.use(openDatabaseFile(directory));
    setUpDatabase(database);
    const store = createSqliteStore(database, now, steadyNow);
    opening.move();
    return store;
  } catch (error) {
    throw describeOpenError(directory, error);
  }
}

function createSqliteStore(
  database: DatabaseSync,
  now: () => number,
  steadyNow: () => number,
): Store {
  const clock = createStoreClock(database, steadyNow);
  const allowances = createSqliteAllowances(database, clock);
  const records = createSqliteIdempotencyRecords(database, clock);
  const metadata = createSqliteMetadata(database);
  const lists = createSqliteLists(database, now);
  const photos = createSqlitePhotos(database, now, clock);
  const purge = createSqlitePurge(database, clock);
  const uploads = createSqliteUploads(database, now, clock);
  const account = createSqliteAccount(uploads.completedUploads, steadyNow);
  const cached = cachePhotos({ ...photos, ...uploads, purge }, now);
  records.settle();

  function atOnce<Args extends readonly unknown[], Result>(method: (...args: Args) => Result) {
    return function callStore(...args: Args): Result {
      if (!database.isOpen) throw new Error('The store is closed');
      return method(...args);
    };
  }

  function whileOpen<Args extends readonly unknown[], Result>(method: (...args: Args) => Result) {
    const call = atOnce(method);
    return async (...args: Args): Promise<Result> => call(...args);
  }

  async function close() {
    if (!database.isOpen) return;
    try {
      clock.save();
    } catch {
      // The disk is full. The clock then resumes from the newest row.
    }
    // Closing checkpoints the log into the database and deletes it.
    database.close();
  }

  return {
    photo: whileOpen(photos.photo),
    photoOf: atOnce(cached.photoOf),
    list: whileOpen(lists.list),
    watched: whileOpen(lists.watched),
    unarchived: whileOpen(lists.unarchived),
    overdue: whileOpen(lists.overdue),
    picture: whileOpen(photos.picture),
    expired: whileOpen(lists.expired),
    // Here nothing waits for room.
    reserveRoom: whileOpen(() => ({ [Symbol.dispose]: () => undefined })),
    complete: whileOpen((client, upload, recordKey, opened) => {
      // Noted before it is stored: if that fails, whoever repeats it counts it.
      account.succeeded(opened);
      return cached.complete(client, upload, recordKey);
    }),
    completedUploads: whileOpen(uploads.completedUploads),
    openUpload: whileOpen(account.openUpload),
    closeUpload: whileOpen(account.closeUpload),
    account: whileOpen(account.account),
    takeSnapshot: whileOpen(account.takeSnapshot),
    markReady: whileOpen(cached.markReady),
    markArchived: whileOpen(cached.markArchived),
    markExpired: whileOpen(cached.markExpired),
    findIdempotencyRecord: whileOpen(records.findIdempotencyRecord),
    beginIdempotencyRecord: whileOpen(records.beginIdempotencyRecord),
    markIdempotencyRecordSent: whileOpen(records.markIdempotencyRecordSent),
    markIdempotencyRecordUnknown: whileOpen(records.markIdempotencyRecordUnknown),
    releaseIdempotencyRecord: whileOpen(records.releaseIdempotencyRecord),
    ruleOutIdempotencyRecord: whileOpen(records.ruleOutIdempotencyRecord),
    loadSamples: whileOpen(metadata.loadSamples),
    saveSamples: whileOpen(metadata.saveSamples),
    signingKey: whileOpen(metadata.signingKey),
    takeUpload: whileOpen(allowances.takeUpload),
    returnUpload: whileOpen(allowances.returnUpload),
    takenUploads: whileOpen(allowances.takenUploads),
    purge: whileOpen(cached.purge),
    close,
  };
}
