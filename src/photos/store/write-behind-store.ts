import { setTimeout as delay } from 'node:timers/promises';
import { andThen, type Awaitable } from '../../common/awaitable.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import { StoreUnavailableError } from './store-unavailable-error.ts';
import { isTransientFault } from './transient-fault.ts';
import {
  createPendingPhotos,
  unstoredPhoto,
  uploadedPhoto,
  type PaidUpload,
} from './pending-photos.ts';
import { createPendingReleases } from './pending-releases.ts';
import { createPendingWrites } from './pending-writes.ts';
import type {
  AccountState,
  CompletedUpload,
  IdempotencyRecordKey,
  PhotoRecord,
  Store,
} from './store.ts';

export interface WriteBehindStoreOptions {
  readonly store: Store;
  readonly log: Pick<Log, 'warn' | 'error'>;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Changes kept in memory while they cannot be stored. One more fails. @default 1000 */
  readonly maxLateWrites?: number;
  /**
   * How long `close` may try to store what is pending, in milliseconds; asked when it is called.
   * @default once
   */
  readonly closeTimeMs?: () => number;
}

const LAST_TRIES_PAUSE_MS = 250;

/**
 * Creates a store that tolerates a disk that is full or read-only for a while, or a database that is away.
 * Reads work as ever, if they work.
 * - An upload that was not sent yet fails with `UPLOAD_FAILED`, and nothing is charged, if it cannot
 *   be stored, or if there is no room in memory for its outcome.
 * - Changes that must not be lost are kept in memory, read as if they were stored, and stored as soon
 *   as possible: that an upload was paid for, that a photo is ready, that a key, or an upload of an
 *   allowance, is free again.
 *
 * Each call first tries to store the pending changes, and so do a timer and, for `closeTimeMs`, `close`. If the
 * process ends before they are stored, they are lost. An upload that was paid for but that the store rejects for good is kept in memory
 * too: its client owns it until the process ends, and then it is lost.
 */
export function createWriteBehindStore(options: WriteBehindStoreOptions): Store {
  const { store, log, now = Date.now, maxLateWrites: maxSize = 1000 } = options;
  const { closeTimeMs = () => 0 } = options;
  const writes = createPendingWrites({ maxSize, log });
  const pending = createPendingPhotos(now);
  /** Photos of paid uploads that will never be stored. */
  const lost = new Set<string>();
  const releases = createPendingReleases();
  let closed = false;

  function afterCatchUp<Result>(call: () => Promise<Result>): Promise<Result>;
  function afterCatchUp<Result>(call: () => Awaitable<Result>): Awaitable<Result>;
  function afterCatchUp<Result>(call: () => Awaitable<Result>): Awaitable<Result> {
    return writes.size === 0 ? call() : writes.catchUp().then(call);
  }

  async function beforeSending<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      return await afterCatchUp(write);
    } catch (error) {
      throw isTransientFault(error) ? notSent(error) : error;
    }
  }

  const writeLater = async (write: () => Promise<void>) => void (await writes.write(write, true));

  const photo = (id: string) =>
    afterCatchUp(async () => pending.current(id, await store.photo(id)));

  const photoOf = (client: string, id: string) =>
    afterCatchUp(() =>
      andThen(store.photoOf(client, id), (stored) => pending.own(client, id, stored)),
    );

  /**
   * Changes a photo. If the write has to wait, the photo that `changed` makes of the previous one is
   * added to the pending ones.
   */
  async function change(
    id: string,
    make: () => Promise<PhotoRecord>,
    changed: (photo: PhotoRecord) => PhotoRecord,
    paid?: PaidUpload,
  ): Promise<PhotoRecord> {
    const made: { photo: PhotoRecord | null; forget?: () => void } = { photo: null };
    async function makeAndForget() {
      try {
        made.photo = await make();
      } catch (error) {
        if (paid && !isTransientFault(error)) lost.add(id);
        throw error;
      }
      if (paid && lost.delete(id)) pending.forget(id);
      made.forget?.();
      return made.photo;
    }
    const written = await writes.write(makeAndForget, paid !== undefined);
    if ('result' in written) return written.result;
    const before = await currentPhoto(id).catch((error: unknown) => {
      // What is paid is kept, whatever was known of the photo before.
      if (paid && isTransientFault(error)) return unstoredPhoto(id);
      // Its caller tries again, and would queue it each time.
      if (made.photo === null) written.withdraw();
      throw error;
    });
    const photoNow = changed(before);
    // Another call may have made the write meanwhile.
    if (made.photo !== null) return made.photo;
    made.forget = pending.add(photoNow, paid);
    return photoNow;
  }

  async function currentPhoto(id: string): Promise<PhotoRecord> {
    return pending.current(id, await store.photo(id)) ?? unstoredPhoto(id);
  }

  async function complete(
    client: string,
    upload: CompletedUpload,
    recordKey: IdempotencyRecordKey | null,
    opened?: string,
  ): Promise<PhotoRecord> {
    const { id } = upload;
    const paid = { client, upload, recordKey };
    const uploaded = ({ revision }: PhotoRecord) => uploadedPhoto(upload, revision + 1);
    try {
      return await change(
        id,
        () => store.complete(client, upload, recordKey, opened),
        uploaded,
        paid,
      );
    } catch (error) {
      if (closed || writes.size + pending.size >= maxSize) throw error;
      log.error({ err: error, photoId: id }, 'An upload was paid for and cannot be stored');
      const photoNow = uploaded(await currentPhoto(id).catch(() => unstoredPhoto(id)));
      lost.add(id);
      pending.add(photoNow, paid);
      if (opened !== undefined) await store.closeUpload(opened).catch(() => undefined);
      return photoNow;
    }
  }

  async function markReady(id: string, revision: number, readyAt: Date, expiresAt: Date) {
    const ready = (photoBefore: PhotoRecord): PhotoRecord =>
      photoBefore.revision === revision && photoBefore.status === 'PROCESSING'
        ? { ...photoBefore, status: 'READY', readyAt, expiresAt, watched: false }
        : photoBefore;
    if (!lost.has(id)) {
      return change(id, () => store.markReady(id, revision, readyAt, expiresAt), ready);
    }
    const photoNow = ready(await currentPhoto(id));
    pending.add(photoNow);
    return photoNow;
  }

  async function account(): Promise<AccountState> {
    const stored = await beforeSending(() => store.account());
    if (pending.completedUploads === 0) return stored;
    const completedUploads = stored.completedUploads + pending.completedUploads;
    // When they succeeded is not known here, so it is taken for now.
    return { ...stored, completedUploads, succeededAgoMs: 0 };
  }

  async function takeSnapshot(remaining: number, startedUploads: number) {
    // It would not have the uploads that are not stored yet, and may have their charges.
    return pending.completedUploads > 0
      ? (await store.account()).snapshot
      : store.takeSnapshot(remaining, startedUploads);
  }

  async function reserveRoom(): Promise<Disposable> {
    using room = new DisposableStack();
    room.use(await afterCatchUp(() => store.reserveRoom()));
    const kept = writes.reserveRoom(pending.size);
    if (kept === null) throw notSent(new Error(`The store is behind by ${writes.size} writes`));
    room.use(kept);
    return room.move();
  }

  async function free(recordKey: IdempotencyRecordKey) {
    try {
      await writeLater(releases.add(recordKey, () => store.releaseIdempotencyRecord(recordKey)));
    } catch (error) {
      releases.forget(recordKey);
      throw error;
    }
  }

  /**
   * The record may have begun all the same. Nothing was sent under it, and a repeat on another gateway would
   * wait for its end.
   */
  function freeLater(recordKey: IdempotencyRecordKey) {
    free(recordKey).catch((error: unknown) => {
      log.error({ err: error }, 'An upload that was not sent may keep its key until a restart');
    });
  }

  /** A gateway that is stopped while its database restarts knows alone what was paid. */
  async function lastTries() {
    const untilMs = performance.now() + closeTimeMs();
    for (;;) {
      await writes.catchUp();
      const remainingMs = untilMs - performance.now();
      if (writes.size === 0 || remainingMs <= 0) return;
      await delay(Math.min(LAST_TRIES_PAUSE_MS, remainingMs));
    }
  }

  return {
    outbox: store.outbox,
    photo,
    photoOf,
    list: (query) => afterCatchUp(() => store.list(query)),
    watched: () => afterCatchUp(() => store.watched()),
    unarchived: () => afterCatchUp(() => store.unarchived()),
    overdue: (...limits) => afterCatchUp(() => store.overdue(...limits)),
    picture: (name) => afterCatchUp(() => store.picture(name)),
    expired: (maxRows) => afterCatchUp(() => store.expired(maxRows)),
    original: (...upload) => afterCatchUp(() => store.original(...upload)),
    expiredOriginals: (...limits) => afterCatchUp(() => store.expiredOriginals(...limits)),
    reserveRoom,
    complete,
    completedUploads: () =>
      afterCatchUp(async () => (await store.completedUploads()) + pending.completedUploads),
    openUpload: () => beforeSending(() => store.openUpload()),
    closeUpload: (opened) => writeLater(() => store.closeUpload(opened)),
    account,
    takeSnapshot,
    markReady,
    markArchived: (...state) => afterCatchUp(() => store.markArchived(...state)),
    markExpired: (...state) => afterCatchUp(() => store.markExpired(...state)),
    deletePhoto: (...owned) => afterCatchUp(() => store.deletePhoto(...owned)),
    markOriginalsKept: (uploads) => afterCatchUp(() => store.markOriginalsKept(uploads)),
    forgetOriginal: (...upload) => afterCatchUp(() => store.forgetOriginal(...upload)),
    async findIdempotencyRecord(recordKey) {
      const stored = await afterCatchUp(() => store.findIdempotencyRecord(recordKey));
      if (releases.has(recordKey)) return null;
      return stored && pending.idempotencyRecord(recordKey, stored);
    },
    async beginIdempotencyRecord(recordKey, begun) {
      await writes.catchUp();
      // The key is free, but the store cannot be told so yet.
      if (releases.has(recordKey)) throw notSent(new Error('The key is still taken in the store'));
      const earlier = await beforeSending(() =>
        store.beginIdempotencyRecord(recordKey, begun).catch((error: unknown) => {
          if (error instanceof StoreUnavailableError) freeLater(recordKey);
          throw error;
        }),
      );
      return earlier && pending.idempotencyRecord(recordKey, earlier);
    },
    markIdempotencyRecordSent: (...sent) =>
      beforeSending(() => store.markIdempotencyRecordSent(...sent)),
    markIdempotencyRecordUnknown: (recordKey) =>
      writeLater(() => store.markIdempotencyRecordUnknown(recordKey)),
    releaseIdempotencyRecord: free,
    ruleOutIdempotencyRecord: (...attempt) =>
      afterCatchUp(() => store.ruleOutIdempotencyRecord(...attempt)),
    loadSamples: () => store.loadSamples(),
    saveSamples: (...times) => store.saveSamples(...times),
    signingKey: () => store.signingKey(),
    takeUpload: (...upload) => beforeSending(() => store.takeUpload(...upload)),
    returnUpload: (...upload) => writeLater(() => store.returnUpload(...upload)),
    takenUploads: (...upload) => afterCatchUp(() => store.takenUploads(...upload)),
    purge: (limits) => afterCatchUp(() => store.purge(limits)),
    async close() {
      closed = true;
      writes.close();
      await lastTries();
      if (writes.size > 0)
        log.error({ changes: writes.size }, 'Changes that could not be stored are lost');
      await store.close();
    },
  };
}

function notSent(cause: unknown): GatewayError {
  return new GatewayError(
    'UPLOAD_FAILED',
    'The gateway cannot record the upload at the moment, so it was not sent: try again later.',
    { cause, charged: false },
  );
}
