import type { Awaitable } from '../../../common/awaitable.ts';
import { abortable } from '../../../common/bounded.ts';
import type { Log } from '../../../common/log.ts';
import { nobody, type Audience } from '../outbox/audience.ts';
import type { Store } from '../store.ts';
import { createPostgresAccount } from './account.ts';
import { createPostgresAllowances } from './allowances.ts';
import { openDatabase, type Database, type Session } from './database.ts';
import { createPostgresIdempotencyRecords } from './idempotency-records.ts';
import { takeLease } from './lease.ts';
import { createPostgresLists } from './lists.ts';
import { createPostgresMetadata } from './metadata.ts';
import { migrateAt } from './migrate.ts';
import { createPostgresDeletions } from './deletions.ts';
import { describeOpenError } from './open-errors.ts';
import { createPostgresOriginals } from './originals.ts';
import { createPostgresOutbox } from './outbox.ts';
import { createPostgresPhotos } from './photos.ts';
import type { DatabaseOptions } from './pool.ts';
import { createPostgresPurge } from './purge.ts';
import { createStoreClock } from './store-clock.ts';
import { createPostgresTelling } from './telling.ts';
import { createPostgresUploads } from './uploads.ts';

export interface PostgresStoreOptions extends Omit<DatabaseOptions, 'durable'> {
  readonly log: Pick<Log, 'warn'>;
  /** Longest upload, in milliseconds: one that another gateway cannot ask for may go on for as long. */
  readonly uploadTimeoutMs: number;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** A monotonic clock, in milliseconds since any moment. @default performance.now */
  readonly steadyNow?: () => number;
  /** How long after its last renewal a gateway may be taken for dead, in milliseconds. @default 5000 */
  readonly leaseMs?: number;
  /** Time between two renewals of the lease, in milliseconds. @default 1500 */
  readonly renewMs?: number;
  /** Who is told what happens to photos. @default nobody */
  readonly audience?: Audience;
}

/** What the gateways of a fleet share. */
export interface PostgresStore extends Store {
  readonly database: Session;
  /** The id of this gateway in the table of nodes. */
  readonly node: string;
}

/** Longest wait of a store that closes for its database, in milliseconds. Its lease ends by itself. */
const END_TIMEOUT_MS = 2000;

/**
 * Opens the store of a fleet: a PostgreSQL database that any number of gateways share. Each holds a lease
 * until `close()`, or until its process has ended for longer than that. Calls after `close()` reject. A
 * second `close()` does nothing.
 * @throws ConfigError with one line that names DATABASE_URL and says what to do, if the database cannot be
 * reached or used, or is of a newer version.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  await using opened = new AsyncDisposableStack();
  try {
    await migrateAt(options);
    const database = openDatabase(options);
    opened.defer(() => database.close());
    const store = await createPostgresStore(database, options);
    opened.move();
    return store;
  } catch (error) {
    throw describeOpenError(options.url, error);
  }
}

async function createPostgresStore(
  database: Database,
  options: PostgresStoreOptions,
): Promise<PostgresStore> {
  const { now = Date.now, steadyNow = () => performance.now(), log } = options;
  const { leaseMs = 5000, renewMs = 1500, uploadTimeoutMs, audience = nobody } = options;
  const clock = await createStoreClock(database, steadyNow);
  const lease = await takeLease({ database, clock, leaseMs, renewMs, log });
  const allowances = createPostgresAllowances(database, clock);
  const records = createPostgresIdempotencyRecords({
    database,
    clock,
    lease,
    uploadTimeoutMs,
  });
  const metadata = createPostgresMetadata(database);
  const lists = createPostgresLists(database, now);
  const originals = createPostgresOriginals(database, now);
  const { telling, addExpired } = createPostgresTelling({ database, audience, now, clock });
  const photos = createPostgresPhotos({ database, now, clock, audience, telling });
  const outbox = createPostgresOutbox({ database, now, clock, node: lease.node, addExpired });
  const purge = createPostgresPurge(database, clock);
  const uploads = createPostgresUploads({ database, now, clock, node: lease.node });
  const deletions = createPostgresDeletions(database, now, clock);
  const account = createPostgresAccount({ database, clock, lease });
  let closing: Promise<void> | null = null;

  function whileOpen<Args extends readonly unknown[], Result>(
    method: (...args: Args) => Awaitable<Result>,
  ) {
    return async function callStore(...args: Args): Promise<Result> {
      if (closing !== null) throw new Error('The store is closed');
      return method(...args);
    };
  }

  async function close() {
    const ended = abortable(lease.end(), AbortSignal.timeout(END_TIMEOUT_MS));
    await ended.catch((error: unknown) => {
      log.warn({ err: error }, 'The lease of this gateway was not ended: it ends by itself');
    });
    await database.close();
  }

  return {
    database,
    node: lease.node,
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
    photoOf: whileOpen(photos.photoOf),
    list: whileOpen(lists.list),
    watched: whileOpen(lists.watched),
    unarchived: whileOpen(lists.unarchived),
    overdue: whileOpen(lists.overdue),
    picture: whileOpen(photos.picture),
    expired: whileOpen(lists.expired),
    original: whileOpen(originals.original),
    expiredOriginals: whileOpen(originals.expiredOriginals),
    // Here nothing waits for room.
    reserveRoom: whileOpen(async () => ({ [Symbol.dispose]: () => undefined })),
    complete: whileOpen(uploads.complete),
    completedUploads: whileOpen(uploads.completedUploads),
    openUpload: whileOpen(account.openUpload),
    closeUpload: whileOpen(account.closeUpload),
    account: whileOpen(account.account),
    takeSnapshot: whileOpen(account.takeSnapshot),
    markReady: whileOpen(photos.markReady),
    markArchived: whileOpen(photos.markArchived),
    markExpired: whileOpen(photos.markExpired),
    deletePhoto: whileOpen(deletions.deletePhoto),
    markOriginalsKept: whileOpen(originals.markOriginalsKept),
    forgetOriginal: whileOpen(originals.forgetOriginal),
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
    purge: whileOpen(purge),
    close: () => (closing ??= close()),
  };
}
