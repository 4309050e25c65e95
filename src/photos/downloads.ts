import type { GatewayError } from '../common/errors.ts';
import { noSuchPhoto } from '../provider/errno.ts';
import type { Provider } from '../provider/provider.ts';
import type { Archive } from './archive/archive.ts';
import { fileNameOf } from './archive/file-name.ts';
import type { OwnAddresses } from './archive/own-addresses.ts';
import { pictureName } from './archive/picture-name.ts';
import {
  isNotFound,
  photoExpired,
  photoNotReady,
  pictureNotFoundYet,
  toleratingNotFound,
} from './failures.ts';
import type { Lifecycle } from './lifecycle.ts';
import { withoutPatience, type Patience } from './outlast-faults.ts';
import { savedStemOf } from './photo-name.ts';
import { ADDRESS_LIFETIME_MS, ADDRESS_STEP_MS, type DownloadUrl, type Photo } from './photo.ts';
import { rateLimitKeyOf, type Principal } from './principal.ts';
import type { Statuses } from './statuses.ts';
import type { PhotoRecord } from './store/store.ts';

export interface Downloads {
  /**
   * The address of the restored picture. With an archive, that of an uploaded photo is the archive's, or the
   * gateway's own until the picture is there. Any other is the provider's.
   * @throws `PHOTO_NOT_READY`, `PHOTO_EXPIRED`, `PHOTO_NOT_FOUND`
   */
  urlOf(principal: Principal, id: string, signal?: AbortSignal): Promise<DownloadUrl>;
  /** The address of the picture as it was uploaded, in the archive; null if it is not there. */
  originalOf(principal: Principal, photo: Photo): Promise<DownloadUrl | null>;
}

export interface DownloadsOptions {
  readonly provider: Pick<Provider, 'forClient'>;
  /** Null if there is no archive. */
  readonly archiving: {
    readonly archive: Pick<Archive, 'address'>;
    readonly ownAddresses: Pick<OwnAddresses, 'address'>;
  } | null;
  readonly lifecycle: Lifecycle;
  readonly statuses: Statuses;
  readonly now: () => number;
  /** Uses the store as often as it takes for the address of a picture. @default once */
  readonly patiently?: Patience;
  /** Ends that when the gateway closes. */
  readonly closing: AbortSignal;
}

export function createDownloads({
  provider,
  archiving,
  lifecycle,
  statuses,
  now,
  patiently = withoutPatience,
  closing,
}: DownloadsOptions): Downloads {
  /** An event tells of a photo just when the store goes away: its address must not be missing from it. */
  function outlasting<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    return patiently(work, signal ? AbortSignal.any([signal, closing]) : closing);
  }

  async function urlOf(
    principal: Principal,
    id: string,
    signal?: AbortSignal,
  ): Promise<DownloadUrl> {
    const photo = await outlasting(async () => lifecycle.find(principal.client, id), signal);
    if (photo === 'foreign') return deny(principal, id, signal);
    if (photo?.status === 'EXPIRED') throw photoExpired();
    try {
      return await addressOf(principal, id, photo, signal);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return explain(principal, id, error, signal);
    }
  }

  const resultUrl = (principal: Principal, id: string, signal?: AbortSignal) =>
    provider.forClient(rateLimitKeyOf(principal)).resultUrl(id, signal);

  /** Answers as for an unknown photo, with the same calls; see `Statuses.of`. */
  async function deny(principal: Principal, id: string, signal?: AbortSignal): Promise<never> {
    await toleratingNotFound(resultUrl(principal, id, signal));
    await statuses.of(principal, id, signal);
    throw noSuchPhoto();
  }

  async function addressOf(
    principal: Principal,
    id: string,
    photo: PhotoRecord | null,
    signal?: AbortSignal,
  ): Promise<DownloadUrl> {
    const here = photo && (await addressHere(principal, photo));
    if (here !== null) return here;
    const url = await resultUrl(principal, id, signal);
    const revision = photo?.revision ?? 0;
    const ready = await outlasting(() => lifecycle.markReady(id, revision), signal);
    const isSame = ready.revision === revision;
    return (
      (isSame ? await addressHere(principal, ready) : null) ?? { url, expiresAt: ready.expiresAt }
    );
  }

  /** The address in the archive, or on the way there; null if the picture is not archived. */
  async function addressHere(
    { origin }: Principal,
    { id, revision, status, name, archived, expiresAt: deletedAt }: PhotoRecord,
  ): Promise<DownloadUrl | null> {
    if (archiving === null) return null;
    const expiresAt = addressExpiry(deletedAt);
    const stem = name === null ? null : savedStemOf(name, 'restored');
    if (archived !== null) {
      const fileName = stem === null ? null : fileNameOf(stem, archived.mediaType);
      const address = { origin, expiresAt, fileName };
      return { url: await archiving.archive.address(archived.name, address), expiresAt };
    }
    if (status !== 'READY' || revision === 0) return null;
    const address = { origin, expiresAt, fileName: stem };
    return { url: archiving.ownAddresses.address(pictureName(id, revision), address), expiresAt };
  }

  /** An address expires with its picture at the latest. */
  function addressExpiry(deletedAt: Date | null): Date {
    const steps = Math.ceil((now() + ADDRESS_LIFETIME_MS) / ADDRESS_STEP_MS);
    return new Date(Math.min(steps * ADDRESS_STEP_MS, deletedAt?.getTime() ?? Infinity));
  }

  async function originalOf(
    { origin }: Principal,
    { original, name, status, expiresAt: deletedAt }: Photo,
  ): Promise<DownloadUrl | null> {
    if (archiving === null || original === null || status === 'EXPIRED') return null;
    const expiresAt = addressExpiry(deletedAt);
    const fileName =
      name === null ? null : fileNameOf(savedStemOf(name, 'original'), original.mediaType);
    const address = { origin, expiresAt, fileName };
    return { url: await archiving.archive.address(original.name, address), expiresAt };
  }

  /**
   * Finds the reason for the provider's 9002, which it answers for a picture that it never had, has
   * not finished, or has deleted. The status tells which.
   */
  async function explain(
    principal: Principal,
    id: string,
    missing: GatewayError,
    signal?: AbortSignal,
  ): Promise<DownloadUrl> {
    const photo = await statuses.of(principal, id, signal);
    if (photo.status === 'PROCESSING') throw photoNotReady(missing);
    if (photo.status === 'EXPIRED') throw photoExpired(missing);
    // It may have become ready, or been archived, between the two calls.
    const ready = await lifecycle.find(principal.client, id);
    if (ready === 'foreign') throw noSuchPhoto();
    try {
      return await addressOf(principal, id, ready, signal);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      throw pictureNotFoundYet(error);
    }
  }

  return { urlOf, originalOf };
}
