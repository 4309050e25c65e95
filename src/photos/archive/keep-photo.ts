import { GatewayError } from '../../errors.ts';
import type { Provider } from '../../provider/provider.ts';
import { isNotFound } from '../failures.ts';
import type { Store } from '../store/store.ts';
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
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * What became of a photo. `archived`: its picture is kept. `lost`: the provider has deleted it. `needless`:
 * it is kept already, or still being processed, or was uploaded anew meanwhile, so that its new picture
 * will have to be kept.
 */
export type KeepOutcome = 'archived' | 'lost' | 'needless';

/**
 * Tries once to bring the picture of a photo into the archive.
 * @throws what may pass: a `GatewayError` of the provider, an `ArchiveError`, an error of the store; and
 * the reason of `signal`.
 */
export type KeepPhoto = (id: string, signal: AbortSignal) => Promise<KeepOutcome>;

export function createKeepPhoto(options: KeepPhotoOptions): KeepPhoto {
  const { store, archive, provider, fetchResult, keepForMs, health, now } = options;

  async function keepPhoto(id: string, signal: AbortSignal): Promise<KeepOutcome> {
    const photo = await store.photo(id);
    if (photo === null || photo.archived !== null || photo.status === 'PROCESSING') {
      return 'needless';
    }
    if (photo.status === 'EXPIRED') return 'lost';
    // Spares the provider the sending of pictures for which there is no place.
    if (health.reason !== null) await inArchive(archive.check(signal), signal);
    const url = await locate(id, signal);
    if (url === null) return markLost(id, photo.revision);
    const name = pictureName(id, photo.revision);
    const fetched = await fetchResult(url, signal, (picture: IncomingPicture, ended) =>
      inArchive(archive.put(name, picture, ended), ended),
    );
    health.succeeded();
    const archivedAt = new Date(now());
    const expiresAt = keepForMs === null ? null : new Date(now() + keepForMs);
    const picture = { ...fetched, name, archivedAt };
    if (await store.markArchived(id, photo.revision, picture, expiresAt)) return 'archived';
    // The store names no picture of an upload that another has followed, so that nobody would ever purge it.
    await archive.remove(name);
    return 'needless';
  }

  async function locate(id: string, signal: AbortSignal): Promise<string | null> {
    try {
      return await provider.resultUrl(id, signal);
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  async function markLost(id: string, revision: number): Promise<KeepOutcome> {
    const photo = await store.markExpired(id, revision);
    return photo?.revision === revision ? 'lost' : 'needless';
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
