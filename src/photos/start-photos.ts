import type { Log } from '../common/log.ts';
import type { Provider } from '../provider/provider.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createArchiveWorker } from './archive/archive-worker.ts';
import type { Archive } from './archive/archive.ts';
import { createArrivingPictures } from './archive/arriving-pictures.ts';
import type { FetchResult } from './archive/fetch-result.ts';
import { createOriginalKeeper } from './archive/original-keeper.ts';
import type { OwnAddresses } from './archive/own-addresses.ts';
import { createPassedPictures } from './archive/passed-pictures.ts';
import { createPhotos } from './create-photos.ts';
import { createDeletions } from './deletions.ts';
import { createDownloads } from './downloads.ts';
import type { Fleet } from './fleet/fleet.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createLifecycle } from './lifecycle.ts';
import { createPhotoEvents } from './photo-events.ts';
import { outlastFaults, outlastRestart, withoutPatience } from './outlast-faults.ts';
import type { Photos } from './photos.ts';
import { createReadyStreams } from './ready-streams.ts';
import { createStatuses } from './statuses.ts';
import type { PhotoRecord, Store } from './store/store.ts';
import { createAllowances } from './uploads/allowance.ts';
import { createChargeReconciler } from './uploads/charge-reconciler.ts';
import { createUploads } from './uploads/uploads.ts';
import { createAbsences } from './watching/absences.ts';
import { createLearnedPollStrategy } from './watching/planning/learned-poll-strategy.ts';
import { createPollBudget } from './watching/poll-budget.ts';
import { createLocalWatchQueue } from './watching/local-watch-queue.ts';
import { createPoller } from './watching/poller.ts';
import { createWaiters } from './watching/waiters.ts';
import { createWatcher } from './watching/watcher.ts';

/** The archive of restored pictures, and how it is filled. */
export interface Archiving {
  readonly archive: Archive;
  /** The addresses of pictures that are on their way into it. */
  readonly ownAddresses: Pick<OwnAddresses, 'address'>;
  readonly fetchResult: FetchResult;
  /** How long a picture is kept, in milliseconds; null for forever. */
  readonly keepForMs: number | null;
  /** The local folder in which uploaded pictures wait until they are kept; null to keep none. */
  readonly originalsDirectory: string | null;
}

export interface PhotosOptions {
  readonly provider: Provider;
  readonly store: Store;
  /** Null to leave restored pictures at the provider only. */
  readonly archiving: Archiving | null;
  readonly maxFileSizeBytes: number;
  readonly uploadIdleTimeoutMs: number;
  readonly maxConcurrentUploads: number;
  /** Limit for one client; null for no limit but `maxConcurrentUploads`. @default null */
  readonly maxConcurrentUploadsPerClient?: number | null;
  /** How long after its end an unanswered upload may still be charged, in milliseconds. */
  readonly uploadSettleMs: number;
  readonly pollIntervalMs: number;
  /** Most polls a second of all photos together. */
  readonly pollsPerSecond: number;
  readonly waitTimeoutMs: number;
  /**
   * How long the provider must answer for a known photo that it has no such picture, again and again
   * and nothing else, until the photo counts as missing, in milliseconds. @default 60_000
   */
  readonly provenMissingAfterMs?: number;
  /** Photos that one client may wait for at a time. @default 10_000 */
  readonly maxWaitsPerClient?: number;
  /** How many ids among them that the client did not upload are polled at a time. @default 200 */
  readonly maxForeignPerClient?: number;
  /** Uploads a day for a client that has no limit of its own; null for no limit. */
  readonly uploadsPerDay: number | null;
  /** Receives uploads and the number of watched photos. @default none */
  readonly telemetry?: Telemetry;
  /** The fleet that this process belongs to; null for one that works alone. @default null */
  readonly fleet?: Fleet | null;
  readonly log: Log;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Wires the parts of `Photos`. It starts with the work that an earlier process left: photos still to
 * be watched, pictures still to be archived.
 */
export async function startPhotos(options: PhotosOptions): Promise<Photos> {
  const { store, archiving, fleet = null, log, now = Date.now } = options;
  const { telemetry = noTelemetry } = options;
  const waits = new AbortController();
  const closing = new AbortController();
  const events = createPhotoEvents();
  await using started = new AsyncDisposableStack();
  started.defer(() => closing.abort());
  const common = { ...options, telemetry, events, now, closing: closing.signal };

  const settleMs = options.uploadSettleMs;
  const reconciler = createChargeReconciler({ ...common, settleMs, alone: fleet === null });
  const allowances = createAllowances(common);
  const archiveWorker =
    archiving &&
    createArchiveWorker({
      ...common,
      ...archiving,
      ...(fleet !== null && {
        createQueue: (queueOptions) => fleet.archiveQueue(queueOptions),
        exclusively: (sweep) => fleet.exclusively('archive', sweep),
      }),
      onAttempted: (id) => arrivingPictures?.attempted(id),
      tracing: telemetry.tracing,
    });
  const arrivingPictures = archiveWorker && createArrivingPictures({ ...common, archiveWorker });
  if (archiveWorker) started.defer(() => archiveWorker.close());
  const absences = createAbsences({ provenAfterMs: options.provenMissingAfterMs ?? 60_000 });
  const lifecycle = createLifecycle({ ...common, absences });
  const strategy = await createLearnedPollStrategy({
    ...options,
    shared: fleet?.times ?? null,
  });
  started.defer(() => strategy.settled());
  const waiters = createWaiters();
  const patiently = fleet === null ? withoutPatience : outlastFaults;
  const poller = createPoller({
    ...common,
    absences,
    strategy,
    waiters,
    onTrouble: (photo, error) => queue.trouble(photo, error),
    budget: createPollBudget({ ...options, livingNodes: () => fleet?.livingNodes ?? 1 }),
    isUploaded: async (id, signal) =>
      ((await patiently(() => store.photo(id), signal))?.revision ?? 0) > 0,
    markReady: async ({ id, revision }, signal) =>
      void (await patiently(() => lifecycle.markReady(id, revision), signal)),
    markLost: (photo, signal) => patiently(() => lifecycle.markLost(photo), signal),
  });
  const parts = { store, poller, waiters, log };
  const queue = fleet?.watchQueue(parts) ?? createLocalWatchQueue(parts);
  started.defer(() => queue.close());
  const watcher = createWatcher({ ...common, queue, poller, waiters });
  const originals =
    archiving?.originalsDirectory != null && archiveWorker
      ? createOriginalKeeper({
          ...common,
          archive: archiving.archive,
          directory: archiving.originalsDirectory,
          isArchiveFailing: () => archiveWorker.isFailing(),
        })
      : null;
  if (originals) started.defer(() => originals.close());
  const uploads = createUploads({
    ...common,
    originals,
    maxConcurrentUploadsPerClient: options.maxConcurrentUploadsPerClient ?? null,
    allowances,
    reconciler,
    settleMs,
    limits: {
      maxFileSizeBytes: options.maxFileSizeBytes,
      idleTimeoutMs: options.uploadIdleTimeoutMs,
    },
    onUploaded: (photo, rateLimitKey) => events.emit('uploaded', photo, rateLimitKey),
  });
  const statuses = createStatuses({ ...common, lifecycle, poller, absences });
  const downloads = createDownloads({
    ...common,
    lifecycle,
    statuses,
    patiently: fleet === null ? withoutPatience : outlastRestart,
  });
  const deletions = createDeletions({ ...common, archive: archiving?.archive ?? null });
  const readyStreams = createReadyStreams({
    ...options,
    lifecycle,
    watcher,
    patiently,
    closing: waits.signal,
  });
  started.use(startHousekeeping({ store, log }));

  events.on('uploaded', (photo, rateLimitKey) => queue.add(photo, rateLimitKey));
  events.on('deleted', (upload) => queue.settled(upload));
  events.on('deleted', (upload) => waiters.settled(upload));
  events.on('ready', (photo) => queue.settled(photo));
  events.on('ready', (photo) => waiters.settled(photo));
  events.on('ready', (photo) => photo.revision > 0 && archiveWorker?.enqueue(photo));
  await queue.start();
  await archiveWorker?.start();

  const photos = createPhotos({
    ...common,
    maxFileSizeBytes: options.maxFileSizeBytes,
    uploads,
    allowances,
    reconciler,
    lifecycle,
    statuses,
    poller,
    // An estimate is not worth an error, while the store is away.
    watchedElsewhere: async (id) =>
      fleet === null ? null : store.photo(id).then(watchedIn, () => null),
    strategy,
    readyStreams,
    downloads,
    deletions,
    archiveWorker,
    originals,
    arrivingPictures,
    passedPictures: archiving && createPassedPictures({ ...common, ...archiving }),
    fleet,
    waits,
  });
  const running = started.move();
  return { ...photos, close: () => running.disposeAsync() };
}

const watchedIn = (photo: PhotoRecord | null) => (photo?.watched === true ? photo : null);
