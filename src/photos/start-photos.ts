import { bounded } from '../common/bounded.ts';
import { GatewayError } from '../common/errors.ts';
import type { Log } from '../common/log.ts';
import type { Provider } from '../provider/provider.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Archive } from './archive/archive.ts';
import { createArchiveWorker } from './archive/archive-worker.ts';
import type { FetchResult } from './archive/fetch-result.ts';
import type { Principal } from './principal.ts';
import { createDownloads } from './downloads.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createLifecycle } from './lifecycle.ts';
import { parsePhotoId, type Photo } from './photo.ts';
import { createQueryLimit } from './query-limit.ts';
import type { Photos, PhotosHealth, PhotoUpload } from './photos.ts';
import { createReadyStreams } from './ready-streams.ts';
import type { PhotoRecord, PhotosQuery, Store } from './store/store.ts';
import { createAllowances } from './uploads/allowance.ts';
import { createChargeReconciler } from './uploads/charge-reconciler.ts';
import { createUploads } from './uploads/uploads.ts';
import { createAbsences } from './watching/absences.ts';
import { expectedReadyAt } from './watching/planning/expected-ready-at.ts';
import { createLearnedPollStrategy } from './watching/planning/learned-poll-strategy.ts';
import { createPollBudget } from './watching/poll-budget.ts';
import { createWatcher } from './watching/watcher.ts';

/** Where finished pictures are kept, and how they get there. */
export interface Archiving {
  readonly archive: Archive;
  readonly fetchResult: FetchResult;
  /** How long a picture is kept, in milliseconds; null for good. */
  readonly keepForMs: number | null;
}

export interface PhotosOptions {
  readonly provider: Provider;
  readonly store: Store;
  /** Null to leave finished pictures to the provider. */
  readonly archiving: Archiving | null;
  readonly maxFileSizeBytes: number;
  readonly uploadIdleTimeoutMs: number;
  readonly maxConcurrentUploads: number;
  /** Of one client; null for as many as all may have together. @default null */
  readonly maxConcurrentUploadsPerClient?: number | null;
  /** How long after its end an upload that was not answered may still be charged. */
  readonly uploadSettleMs: number;
  readonly pollIntervalMs: number;
  readonly pollsPerSecond: number;
  readonly waitTimeoutMs: number;
  /**
   * How long the provider must say of a known photo that it has no such picture, again and again and nothing
   * else, until that is believed, in milliseconds. @default 60_000
   */
  readonly provenMissingAfterMs?: number;
  /** Photos that one client may wait for at a time. @default 10_000 */
  readonly maxWaitsPerClient?: number;
  /** How many ids among them that it did not upload are polled at a time. @default 200 */
  readonly maxAskedPerClient?: number;
  /** Uploads in a day of a client that has no limit of its own; null for as many as it likes. */
  readonly uploadsPerDay: number | null;
  /** Told of uploads and of what is watched. @default nobody */
  readonly telemetry?: Telemetry;
  readonly log: Log;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

const MAX_WAIT_SECONDS = 60;
const MAX_PAGE = 100;

/** Begins with what an earlier process left: photos still to be watched, pictures still to be kept. */
export async function startPhotos(options: PhotosOptions): Promise<Photos> {
  const { provider, store, archiving, log, now = Date.now } = options;
  const { telemetry = noTelemetry } = options;
  const { tracing } = telemetry;
  const waits = new AbortController();
  const closing = new AbortController();
  await using started = new AsyncDisposableStack();
  started.defer(() => closing.abort());

  const reconciler = createChargeReconciler({
    provider,
    store,
    settleMs: options.uploadSettleMs,
    closing: closing.signal,
  });
  const allowances = createAllowances({ ...options, now });
  const archiveWorker =
    archiving && createArchiveWorker({ ...archiving, provider, store, tracing, log, now });
  if (archiveWorker) started.defer(() => archiveWorker.close());
  const absences = createAbsences({ provenAfterMs: options.provenMissingAfterMs ?? 60_000 });
  const clientCalls = provider.forClients;
  const lifecycle = createLifecycle({ provider: clientCalls, store, absences, now, onReady });
  const strategy = await createLearnedPollStrategy(options);
  started.defer(() => strategy.settled());
  const watcher = createWatcher({
    ...options,
    telemetry,
    absences,
    now,
    strategy,
    budget: createPollBudget(options),
    isUploaded: async (id) => ((await store.photo(id))?.revision ?? 0) > 0,
    onReady: async (id, revision) => void (await lifecycle.markReady(id, revision)),
    onLost: (photo) => lifecycle.markLost(photo),
  });
  started.defer(() => watcher.close());
  const uploads = createUploads({
    ...options,
    maxConcurrentUploadsPerClient: options.maxConcurrentUploadsPerClient ?? null,
    telemetry,
    allowances,
    reconciler,
    settleMs: options.uploadSettleMs,
    closing: closing.signal,
    now,
    limits: {
      maxFileSizeBytes: options.maxFileSizeBytes,
      idleTimeoutMs: options.uploadIdleTimeoutMs,
    },
    onUploaded: (photo) => watcher.watch(photo),
  });
  const archive = archiving?.archive ?? null;
  const downloads = createDownloads({ provider: clientCalls, archive, lifecycle, now });
  const queries = createQueryLimit();
  const readyStreams = createReadyStreams({
    ...options,
    lifecycle,
    watcher,
    closing: waits.signal,
  });
  started.use(startHousekeeping({ store, log }));

  function onReady(photo: PhotoRecord) {
    watcher.foundReady(photo);
    if (photo.revision > 0) archiveWorker?.enqueue(photo);
  }

  async function upload({ waitSeconds, signal, ...request }: PhotoUpload): Promise<Photo> {
    if (waitSeconds < 0 || waitSeconds > MAX_WAIT_SECONDS) throw cannotWait();
    const { principal } = request;
    const photo = await uploads.upload(request);
    watcher.assign(photo.id, principal.rateLimitKey ?? principal.client);
    if (waitSeconds === 0 || photo.status !== 'PROCESSING') return photo;
    const bounds = { signals: [waits.signal, signal], timeoutMs: waitSeconds * 1000 };
    // However the waiting ends, the upload went well: the photo is given as it stands.
    const wait = (ended: AbortSignal) => readyStreams.whenReady(principal, photo.id, ended);
    await bounded(bounds, wait).catch(() => undefined);
    const own = await store.photoOf(principal.client, photo.id).catch(() => null);
    return own === null || own === 'foreign' ? photo : own;
  }

  async function recall({ client }: Principal, id: string): Promise<Photo | null> {
    const known = await store.photoOf(client, parsePhotoId(id));
    return known === 'foreign' || known?.revision === 0 ? null : known;
  }

  async function list({ client }: Principal, query: Omit<PhotosQuery, 'client'>) {
    if (query.first < 1 || query.first > MAX_PAGE) throw noSuchPage();
    return store.list({ ...query, client });
  }

  function whenExpected({ id, status }: Photo): Date | null {
    // What clients see lacks the size: judged by that, it would be of another class than its polls.
    const watched = status === 'PROCESSING' ? watcher.uploaded(id) : null;
    return watched && expectedReadyAt(watched, strategy, now());
  }

  async function health(): Promise<PhotosHealth> {
    const answering = await store.completedUploads().then(
      () => true,
      () => false,
    );
    return {
      store: answering ? 'answering' : 'failing',
      provider: provider.state,
      archive: archiveWorker?.state() ?? null,
    };
  }

  for (const watched of await store.watched()) watcher.watch(watched);
  await archiveWorker?.start();
  const running = started.move();
  return {
    upload,
    status: async (principal, id, signal) => {
      const photoId = parsePhotoId(id);
      return queries.run(principal, signal, () =>
        lifecycle.status(principal.client, photoId, signal),
      );
    },
    photo: recall,
    list,
    expectedReadyAt: whenExpected,
    downloadUrl: async (principal, id, signal) => {
      const photoId = parsePhotoId(id);
      return queries.run(principal, signal, () => downloads.urlOf(principal, photoId, signal));
    },
    allowance: (principal) => allowances.of(principal),
    quota: (signal) => reconciler.quota(signal),
    ready: (principal, ids) => readyStreams.open(principal, ids),
    health,
    archived: (name) => store.picture(name),
    endWaits: () => waits.abort(),
    close: () => running.disposeAsync(),
  };
}

function cannotWait() {
  return new GatewayError(
    'BAD_USER_INPUT',
    `waitSeconds is from 0 to ${MAX_WAIT_SECONDS}: to wait longer, subscribe to photoReady.`,
  );
}

function noSuchPage() {
  return new GatewayError('BAD_USER_INPUT', `first is from 1 to ${MAX_PAGE} photos.`);
}
