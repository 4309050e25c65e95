import type { GatewayError } from '../common/errors.ts';
import { noSuchPhoto } from '../provider/errno.ts';
import type { Provider } from '../provider/provider.ts';
import type { Archive } from './archive/archive.ts';
import {
  isNotFound,
  photoExpired,
  photoNotReady,
  pictureNotFoundYet,
  toleratingNotFound,
} from './failures.ts';
import type { Lifecycle } from './lifecycle.ts';
import { withoutPatience, type Patience } from './outlast-faults.ts';
import { ADDRESS_LIFETIME_MS, ADDRESS_STEP_MS, type DownloadUrl } from './photo.ts';
import { rateLimitKeyOf, type Principal } from './principal.ts';
import type { Statuses } from './statuses.ts';
import type { PhotoRecord } from './store/store.ts';

export interface Downloads {
  /**
   * The address of the restored picture: in the archive once that has it, else at the provider.
   * @throws `PHOTO_NOT_READY`, `PHOTO_EXPIRED`, `PHOTO_NOT_FOUND`
   */
  urlOf(principal: Principal, id: string, signal?: AbortSignal): Promise<DownloadUrl>;
}

export interface DownloadsOptions {
  readonly provider: Pick<Provider, 'forClient'>;
  readonly archive: Archive | null;
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
  archive,
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
    if (photo?.archived && archive !== null) {
      const steps = Math.ceil((now() + ADDRESS_LIFETIME_MS) / ADDRESS_STEP_MS);
      const expiresAt = new Date(steps * ADDRESS_STEP_MS);
      return {
        url: await archive.address(photo.archived.name, { origin: principal.origin, expiresAt }),
        expiresAt,
      };
    }
    const url = await resultUrl(principal, id, signal);
    const revision = photo?.revision ?? 0;
    const { expiresAt } = await outlasting(() => lifecycle.markReady(id, revision), signal);
    return { url, expiresAt };
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

  return { urlOf };
}
