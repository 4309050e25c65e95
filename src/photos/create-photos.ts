import { orElse } from '../common/awaitable.ts';
import { bounded } from '../common/bounded.ts';
import { GatewayError } from '../common/errors.ts';
import type { Provider } from '../provider/provider.ts';
import type { ArchiveWorker } from './archive/archive-worker.ts';
import type { ArrivingPictures } from './archive/arriving-pictures.ts';
import type { OriginalKeeper } from './archive/original-keeper.ts';
import { readPictureName } from './archive/picture-name.ts';
import type { PassedPictures } from './archive/passed-pictures.ts';
import type { Deletions } from './deletions.ts';
import type { Downloads } from './downloads.ts';
import type { Lifecycle } from './lifecycle.ts';
import { tellingOfStore, tellOfStore } from './failures.ts';
import { parsePhotoId, type Photo } from './photo.ts';
import type { FleetState, Photos, PhotosHealth, PhotoUpload } from './photos.ts';
import { PICTURE_TYPES } from './picture/picture-type.ts';
import type { Principal } from './principal.ts';
import type { ReadyStreams } from './ready-streams.ts';
import type { Statuses } from './statuses.ts';
import type { PhotoRecord, PhotosQuery, Store } from './store/store.ts';
import type { Allowances } from './uploads/allowance.ts';
import type { ChargeReconciler } from './uploads/charge-reconciler.ts';
import type { Uploads } from './uploads/uploads.ts';
import { expectedReadyAt } from './watching/planning/expected-ready-at.ts';
import type { LearnedPollStrategy } from './watching/planning/learned-poll-strategy.ts';
import type { Poller } from './watching/poller.ts';

/** The parts that `Photos` is made of. */
export interface PhotosParts {
  readonly provider: Pick<Provider, 'state'>;
  readonly store: Store;
  readonly uploads: Uploads;
  readonly maxFileSizeBytes: number;
  readonly allowances: Allowances;
  readonly reconciler: ChargeReconciler;
  readonly lifecycle: Lifecycle;
  readonly statuses: Statuses;
  readonly poller: Pick<Poller, 'uploaded'>;
  /** The uploaded photo with this id that another process watches; null if there is none. */
  readonly watchedElsewhere: (id: string) => Promise<PhotoRecord | null>;
  readonly strategy: LearnedPollStrategy;
  readonly readyStreams: ReadyStreams;
  readonly downloads: Downloads;
  readonly deletions: Deletions;
  readonly archiveWorker: ArchiveWorker | null;
  /** Null if no pictures are kept as they were uploaded. */
  readonly originals: OriginalKeeper | null;
  readonly arrivingPictures: ArrivingPictures | null;
  readonly passedPictures: PassedPictures | null;
  /** Null for a gateway that works alone. */
  readonly fleet: FleetState | null;
  /** Ends every stream, with the reason of its abort, and every wait. */
  readonly waits: AbortController;
  readonly now: () => number;
}

const MAX_WAIT_SECONDS = 60;
const MAX_PAGE = 100;

/** Creates the operations that clients can call. The parts are closed by the code that started them. */
export function createPhotos(parts: PhotosParts): Omit<Photos, 'close'> {
  const { store, uploads, poller, lifecycle, readyStreams, downloads, waits } = parts;

  async function upload({ waitSeconds, signal, ...request }: PhotoUpload): Promise<Photo> {
    if (waitSeconds < 0 || waitSeconds > MAX_WAIT_SECONDS) throw cannotWait();
    const { principal } = request;
    const photo = await uploads.upload(request);
    if (waitSeconds === 0 || photo.status !== 'PROCESSING') return photo;
    const bounds = { signals: [waits.signal, signal], timeoutMs: waitSeconds * 1000 };
    // However the waiting ends, the upload succeeded: the photo is returned as it is.
    const wait = (ended: AbortSignal) => readyStreams.whenReady(principal, photo.id, ended);
    await bounded(bounds, wait).catch(() => undefined);
    return lifecycle.ownView(principal.client, photo).catch(() => photo);
  }

  async function recall({ client }: Principal, id: string): Promise<Photo | null> {
    const known = await store.photoOf(client, parsePhotoId(id));
    return known === 'foreign' || known?.revision === 0 ? null : known;
  }

  async function list({ client }: Principal, query: Omit<PhotosQuery, 'client'>) {
    if (query.first < 1 || query.first > MAX_PAGE) throw noSuchPage(query.from);
    return store.list({ ...query, client });
  }

  async function remove(principal: Principal, id: string): Promise<void> {
    await parts.deletions.delete(principal, parsePhotoId(id));
  }

  async function whenExpected({ id, status: known }: Photo): Promise<Date | null> {
    if (known !== 'PROCESSING') return null;
    // The photo that clients see lacks the size. With it, the estimate would use another class than
    // the polls do.
    const polled = poller.uploaded(id) ?? (await parts.watchedElsewhere(id));
    return polled && expectedReadyAt(polled, parts.strategy, parts.now());
  }

  async function original(name: string) {
    const named = readPictureName(name);
    return named?.isOriginal === true ? store.original(named.id, named.revision) : null;
  }

  async function health(): Promise<PhotosHealth> {
    const answering = await store.completedUploads().then(
      () => true,
      () => false,
    );
    return {
      store: answering ? 'answering' : 'failing',
      provider: parts.provider.state,
      archive: parts.archiveWorker && {
        ...parts.archiveWorker.state(),
        originals: parts.originals?.state() ?? null,
      },
      fleet: parts.fleet && {
        livingNodes: parts.fleet.livingNodes,
        photosWaiting: parts.fleet.photosWaiting,
      },
    };
  }

  return {
    uploadableFiles: { maxFileSizeBytes: parts.maxFileSizeBytes, mediaTypes: PICTURE_TYPES },
    upload,
    status: (principal, id, signal) =>
      orElse(() => parts.statuses.of(principal, parsePhotoId(id), signal), tellOfStore),
    photo: (principal, id) => tellingOfStore(recall(principal, id)),
    list: (principal, query) => tellingOfStore(list(principal, query)),
    expectedReadyAt: whenExpected,
    downloadUrl: async (principal, id, signal) =>
      tellingOfStore(downloads.urlOf(principal, parsePhotoId(id), signal)),
    delete: (principal, id) => tellingOfStore(remove(principal, id)),
    allowance: (principal) => tellingOfStore(parts.allowances.of(principal)),
    quota: (signal) => parts.reconciler.quota(signal),
    ready: (principal, ids) => readyStreams.open(principal, ids),
    health,
    originalDownloadUrl: (principal, photo) => downloads.originalOf(principal, photo),
    original: (name) => tellingOfStore(original(name)),
    archived: async (name, signal) =>
      parts.arrivingPictures && tellingOfStore(parts.arrivingPictures.find(name, signal)),
    passOn: async (...picture) =>
      parts.passedPictures === null
        ? { kind: 'none' }
        : tellingOfStore(parts.passedPictures.passOn(...picture)),
    endWaits: () => waits.abort(restarting()),
  };
}

/** One error for all streams: thousands end at the same time. */
function restarting() {
  return new GatewayError(
    'GATEWAY_RESTARTING',
    'The gateway is being restarted: subscribe again. A photo that gets ready in the meantime is reported at once.',
  );
}

function cannotWait() {
  return new GatewayError(
    'BAD_USER_INPUT',
    `waitSeconds is from 0 to ${MAX_WAIT_SECONDS}: to wait longer, subscribe to photoReady.`,
  );
}

function noSuchPage(from: PhotosQuery['from']) {
  const size = from === 'oldest' ? 'last' : 'first';
  return new GatewayError('BAD_USER_INPUT', `${size} is from 1 to ${MAX_PAGE} photos.`);
}
