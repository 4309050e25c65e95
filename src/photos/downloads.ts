import type { GatewayError } from '../common/errors.ts';
import { noSuchPhoto } from '../provider/errno.ts';
import type { Provider } from '../provider/provider.ts';
import type { Archive } from './archive/archive.ts';
import { rateLimitKeyOf, type Principal } from './principal.ts';
import {
  toleratingNotFound,
  isNotFound,
  photoExpired,
  photoNotReady,
  pictureNotFoundYet,
} from './failures.ts';
import type { Lifecycle } from './lifecycle.ts';
import { ADDRESS_LIFETIME_MS, ADDRESS_STEP_MS, type DownloadUrl } from './photo.ts';
import type { PhotoRecord } from './store/store.ts';

export interface Downloads {
  /**
   * Where the picture can be fetched: in the archive once that has it, else at the provider.
   * @throws `PHOTO_NOT_READY`, `PHOTO_EXPIRED`, `PHOTO_NOT_FOUND`
   */
  urlOf(principal: Principal, id: string, signal?: AbortSignal): Promise<DownloadUrl>;
}

export interface DownloadsOptions {
  readonly provider: Pick<Provider, 'forClient'>;
  readonly archive: Archive | null;
  readonly lifecycle: Lifecycle;
  readonly now: () => number;
}

export function createDownloads({
  provider,
  archive,
  lifecycle,
  now,
}: DownloadsOptions): Downloads {
  async function urlOf(
    principal: Principal,
    id: string,
    signal?: AbortSignal,
  ): Promise<DownloadUrl> {
    const photo = await lifecycle.find(principal.client, id);
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

  /** As a photo that nobody knows; see `Lifecycle.status`. */
  async function deny(principal: Principal, id: string, signal?: AbortSignal): Promise<never> {
    await toleratingNotFound(resultUrl(principal, id, signal));
    await lifecycle.status(principal, id, signal);
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
    const { expiresAt } = await lifecycle.markReady(id, photo?.revision ?? 0);
    return { url, expiresAt };
  }

  /**
   * The provider answers 9002 for a picture that it never had, has not finished, or has deleted; which of
   * them it was, the status tells.
   */
  async function explain(
    principal: Principal,
    id: string,
    missing: GatewayError,
    signal?: AbortSignal,
  ): Promise<DownloadUrl> {
    const photo = await lifecycle.status(principal, id, signal);
    if (photo.status === 'PROCESSING') throw photoNotReady(missing);
    if (photo.status === 'EXPIRED') throw photoExpired(missing);
    // It may have got ready between the two calls, or into the archive.
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
