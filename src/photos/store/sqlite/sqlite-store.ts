import type { DatabaseSync } from 'node:sqlite';
import { nobody, type Audience } from '../outbox/audience.ts';
import type { Store } from '../store.ts';
import { createSqliteAccount } from './account.ts';
import { createSqliteAllowances } from './allowances.ts';
import { createSqliteDeletions } from './deletions.ts';
import { openDatabaseFile } from './database-file.ts';
import { createSqliteIdempotencyRecords } from './idempotency-records.ts';
import { createSqliteLists } from './lists.ts';
import { createSqliteMetadata } from './metadata.ts';
import { createSqliteOriginals } from './originals.ts';
import { describeOpenError } from './open-errors.ts';
import { cachePhotos } from './photo-cache.ts';
import { createSqliteOutbox } from './outbox.ts';
import { createSqlitePhotos } from './photos.ts';
import { createSqlitePurge } from './purge.ts';
import { setUpDatabase } from './set-up-database.ts';
import { createStoreClock } from './store-clock.ts';
import { createSqliteTelling } from './telling.ts';
import { createSqliteUploads } from './uploads.ts';

export interface SqliteStoreOptions {
  /** The folder of `photos.db`. It is created, for its owner alone, if it is missing. */
  readonly directory: string;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** A monotonic clock, in milliseconds since any moment. @default performance.now */
  readonly steadyNow?: () => number;
  /** Who is told what happens to photos. @default nobody */
  readonly audience?: Audience;
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
  audience = nobody,
}: SqliteStoreOptions): Promise<Store> {
  using opening = new DisposableStack();
  try {
    const database = opening.use(openDatabaseFile(directory));
    setUpDatabase(database);
    const store = createSqliteStore(database, { now, steadyNow, audience });
    opening.move();
    return store;
  } catch (error) {
    throw describeOpenError(directory, error);
  }
}

function createSqliteStore(
  database: DatabaseSync,
  { now, steadyNow, audience }: Required<Omit<SqliteStoreOptions, 'directory'>>,
): Store {
  const clock = createStoreClock(database, steadyNow);
  const allowances = createSqliteAllowances(database, clock);
  const records = createSqliteIdempotencyRecords(database, clock);
  const metadata = createSqliteMetadata(database);
  const lists = createSqliteLists(database, now);
  const { telling, addExpired } = createSqliteTelling({ database, audience, now, clock });
  const photos = createSqlitePhotos({ database, now, clock, telling });
  const outbox = createSqliteOutbox({ database, now, clock, addExpired });
  const purge = createSqlitePurge(database, clock);
  const originals = createSqliteOriginals(database, now);
  const uploads = createSqliteUploads(database, now, clock, originals);
  const deletions = createSqliteDeletions(database, now, clock);
  const account = createSqliteAccount(uploads.completedUploads, steadyNow);
  const cached = cachePhotos({ ...photos, ...uploads, ...deletions, ...originals, purge }, now);
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
    outbox: {
      addExpired: whileOpen(outbox.addExpired),
      due: whileOpen(outbox.due),
      claim: whileOpen(outbox.claim),
      settle: whileOpen(outbox.settle),
      release: whileOpen(outbox.release),
      giveUp: whileOpen(outbox.giveUp),
      unblock: whileOpen(outbox.unblock),
      trim: whileOpen(outbox.trim),
      backlog: whileOpen(outbox.backlog),
      disabled: whileOpen(outbox.disabled),
      disable: whileOpen(outbox.disable),
      enable: whileOpen(outbox.enable),
      list: whileOpen(outbox.list),
      resend: whileOpen(outbox.resend),
      purge: whileOpen(outbox.purge),
    },
    photo: whileOpen(photos.photo),
    photoOf: atOnce(cached.photoOf),
    list: whileOpen(lists.list),
    watched: whileOpen(lists.watched),
    unarchived: whileOpen(lists.unarchived),
    overdue: whileOpen(lists.overdue),
    picture: whileOpen(photos.picture),
    expired: whileOpen(lists.expired),
    original: whileOpen(originals.original),
    expiredOriginals: whileOpen(originals.expiredOriginals),
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
    deletePhoto: whileOpen(cached.deletePhoto),
    markOriginalsKept: whileOpen(cached.markOriginalsKept),
    forgetOriginal: whileOpen(cached.forgetOriginal),
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
