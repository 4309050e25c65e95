import { GatewayError } from '../../common/errors.ts';
import type { Provider } from '../../provider/provider.ts';
import { isNotFound } from '../failures.ts';
import type { PhotoEvents } from '../photo-events.ts';
import type { PhotoRecord, Store } from '../store/store.ts';
import type { Archive, IncomingPicture } from './archive.ts';
import { ArchiveError, type ArchiveHealth } from './archive-health.ts';
import type { FetchResult } from './fetch-result.ts';
import { pictureName } from './picture-name.ts';

export interface ArchivePhotoOptions {
  readonly store: Pick<Store, 'photo' | 'picture' | 'markArchived' | 'markExpired'>;
  readonly archive: Pick<Archive, 'put' | 'remove' | 'check'>;
  readonly provider: Pick<Provider, 'resultUrl'>;
  readonly fetchResult: FetchResult;
  /** How long a picture is kept, in milliseconds; null for ever. */
  readonly keepForMs: number | null;
  readonly health: ArchiveHealth;
  /** Emits pictures that are archived, or lost. */
  readonly events: PhotoEvents;
  /**
   * How long after its hour a picture may still exist at the provider, whose clock may differ; in
   * milliseconds.
   */
  readonly graceMs: number;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Result of one attempt. `archived`: the picture is in the archive. `lost`: its hour is over, and
 * the provider says that it has no such picture. `needless`: the picture is archived already, or
 * still being processed, or deleted by its clients, or the photo was uploaded again meanwhile, so that its new picture will
 * have to be archived.
 */
export type ArchiveResult = 'archived' | 'lost' | 'needless';

/**
 * Tries once to archive the picture of a photo. Always asks the provider: neither the clock nor an
 * earlier response proves that a picture is gone.
 * @throws failures that may pass: a `GatewayError` of the provider, which within the hour may say
 * that it has no such picture; an `ArchiveError`; an error of the store; and the reason of
 * `signal`.
 */
export type ArchivePhoto = (id: string, signal: AbortSignal) => Promise<ArchiveResult>;

/**
 * A picture counts as lost this long after its hour, even if the provider never says so; in
 * milliseconds.
 */
export const MAX_OVERDUE_MS = 86_400_000;

export function createArchivePhoto(options: ArchivePhotoOptions): ArchivePhoto {
  const { store, archive, provider, fetchResult, keepForMs, health, events, now, graceMs } =
    options;

  async function archivePhoto(id: string, signal: AbortSignal): Promise<ArchiveResult> {
    const photo = await store.photo(id);
    if (photo === null || photo.archived !== null || photo.status === 'PROCESSING') {
      return 'needless';
    }
    // It was deleted. The provider may have its picture still, which would be archived for nobody.
    if (photo.uploadedAt === null) return 'needless';
    const overdueMs = now() - (photo.expiresAt?.getTime() ?? 0);
    try {
      return await storePicture(photo, overdueMs >= graceMs, signal);
    } catch (error) {
      if (signal.aborted || !isLost(error, overdueMs)) throw error;
      return markLost(id, photo.revision);
    }
  }

  async function storePicture(
    { id, revision }: PhotoRecord,
    overdue: boolean,
    signal: AbortSignal,
  ): Promise<ArchiveResult> {
    const failing = health.reason !== null;
    // Saves the provider a request while the archive fails. After the hour, its response may end
    // the wait.
    if (failing && !overdue) await inArchive(archive.check(signal), signal);
    const url = await provider.resultUrl(id, signal);
    if (failing && overdue) await inArchive(archive.check(signal), signal);
    const name = pictureName(id, revision);
    const fetched = await fetchResult(url, signal, (picture: IncomingPicture, ended) =>
      inArchive(archive.put(name, picture, ended), ended),
    );
    health.succeeded();
    const archivedAt = new Date(now());
    const expiresAt = keepForMs === null ? null : new Date(now() + keepForMs);
    const picture = { ...fetched, name, archivedAt };
    if (await store.markArchived(id, revision, picture, expiresAt)) {
      events.emit('archived', { id, revision });
      return 'archived';
    }
    // The store does not list the picture of an upload that another one has replaced. Nobody would
    // ever delete it. But another gateway may have archived it before that, while this one stood still.
    if ((await store.picture(name)) === null) await archive.remove(name);
    return 'needless';
  }

  /**
   * An outage says nothing about the picture. A response does, once the picture is due to be
   * deleted.
   */
  function isLost(error: unknown, overdueMs: number): boolean {
    if (overdueMs < graceMs) return false;
    if (overdueMs > MAX_OVERDUE_MS || isNotFound(error)) return true;
    return error instanceof GatewayError && error.code === 'UPSTREAM_INVALID_RESPONSE';
  }

  async function markLost(id: string, revision: number): Promise<ArchiveResult> {
    const photo = await store.markExpired(id, revision);
    if (photo?.revision !== revision) return 'needless';
    events.emit('lost', photo);
    return 'lost';
  }

  return archivePhoto;
}

/**
 * Errors that the archive itself throws are its own failures. Errors that it passes on from the
 * source are not.
 */
async function inArchive<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted || error instanceof GatewayError) throw error;
    throw new ArchiveError(error);
  }
}
