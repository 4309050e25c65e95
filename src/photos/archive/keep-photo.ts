import { GatewayError } from '../../common/errors.ts';
import type { Provider } from '../../provider/provider.ts';
import { isNotFound } from '../failures.ts';
import type { PhotoEvents } from '../photo-events.ts';
import type { PhotoRecord, Store } from '../store/store.ts';
import type { Archive, IncomingPicture } from './archive.ts';
import { ArchiveError, type ArchiveHealth } from './archive-health.ts';
import type { FetchResult } from './fetch-result.ts';
import { pictureName } from './picture-name.ts';

export interface KeepPhotoOptions {
  readonly store: Pick<Store, 'photo' | 'markArchived' | 'markExpired'>;
  readonly archive: Pick<Archive, 'put' | 'remove' | 'check'>;
  readonly provider: Pick<Provider, 'resultUrl'>;
  readonly fetchResult: FetchResult;
  /** How long a picture is kept, in milliseconds; null for good. */
  readonly keepForMs: number | null;
  readonly health: ArchiveHealth;
  /** Told of pictures that are archived, or lost. */
  readonly events: PhotoEvents;
  /** How long past its hour a picture may still be there, as the provider's clock may differ; in milliseconds. */
  readonly graceMs: number;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * What became of a photo. `archived`: its picture is kept. `lost`: its hour is over, and the provider says that it
 * has no such picture. `needless`: it is kept already, or still being processed, or was uploaded anew meanwhile, so
 * that its new picture will have to be kept.
 */
export type KeepOutcome = 'archived' | 'lost' | 'needless';

/**
 * Tries once to bring the picture of a photo into the archive. The provider is asked in any case: neither what the
 * clock says nor an earlier answer proves that a picture is gone.
 * @throws what may pass: a `GatewayError` of the provider, which within the hour may be that it has no such picture;
 * an `ArchiveError`, an error of the store; and the reason of `signal`.
 */
export type KeepPhoto = (id: string, signal: AbortSignal) => Promise<KeepOutcome>;

/** After so long past its hour a picture is lost, even where the provider never says so; in milliseconds. */
export const MAX_OVERDUE_MS = 86_400_000;

export function createKeepPhoto(options: KeepPhotoOptions): KeepPhoto {
  const { store, archive, provider, fetchResult, keepForMs, health, events, now, graceMs } =
    options;

  async function keepPhoto(id: string, signal: AbortSignal): Promise<KeepOutcome> {
    const photo = await store.photo(id);
    if (photo === null || photo.archived !== null || photo.status === 'PROCESSING') {
      return 'needless';
    }
    const overdueMs = now() - (photo.expiresAt?.getTime() ?? 0);
    try {
      return await keep(photo, overdueMs >= graceMs, signal);
    } catch (error) {
      if (signal.aborted || !isLost(error, overdueMs)) throw error;
      return markLost(id, photo.revision);
    }
  }

  async function keep(
    { id, revision }: PhotoRecord,
    overdue: boolean,
    signal: AbortSignal,
  ): Promise<KeepOutcome> {
    const failing = health.reason !== null;
    // Spares the provider the question while there is no place. Past the hour its answer may end the waiting.
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
    // The store names no picture of an upload that another has followed, so that nobody would ever purge it.
    await archive.remove(name);
    return 'needless';
  }

  /** An outage says nothing of the picture; an answer does, once the time has come in which it is to be deleted. */
  function isLost(error: unknown, overdueMs: number): boolean {
    if (overdueMs < graceMs) return false;
    if (overdueMs > MAX_OVERDUE_MS || isNotFound(error)) return true;
    return error instanceof GatewayError && error.code === 'UPSTREAM_INVALID_RESPONSE';
  }

  async function markLost(id: string, revision: number): Promise<KeepOutcome> {
    const photo = await store.markExpired(id, revision);
    if (photo?.revision !== revision) return 'needless';
    events.emit('lost', photo);
    return 'lost';
  }

  return keepPhoto;
}

/** What the archive throws by itself is its own trouble; what comes by it from the source is not. */
async function inArchive<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted || error instanceof GatewayError) throw error;
    throw new ArchiveError(error);
  }
}
