import type { GatewayError } from '../errors.ts';
import type { Provider } from '../provider/provider.ts';
import { isNotFound, photoExpired, photoNotReady } from './failures.ts';
import type { Lifecycle } from './lifecycle.ts';
import { expiryOf, type DownloadUrl, type Photo } from './photo.ts';

export interface Downloads {
  /** @throws `PHOTO_NOT_READY`, `PHOTO_EXPIRED`, `PHOTO_NOT_FOUND` */
  urlOf(id: string, signal?: AbortSignal): Promise<DownloadUrl>;
}

export interface DownloadsOptions {
  readonly provider: Pick<Provider, 'resultUrl'>;
  readonly lifecycle: Lifecycle;
  /** Asks the provider how far the photo is. */
  readonly status: (id: string, signal?: AbortSignal) => Promise<Photo>;
}

export function createDownloads({ provider, lifecycle, status }: DownloadsOptions): Downloads {
  async function fetchUrl(id: string, signal?: AbortSignal): Promise<DownloadUrl> {
    const url = await provider.resultUrl(id, signal);
    return { url, expiresAt: expiryOf(lifecycle.markReady(id)) };
  }

  /**
   * The provider answers 9002 for a picture that it never had, has not finished, or has deleted; which of
   * them it was, the status tells.
   */
  async function explain(
    id: string,
    missing: GatewayError,
    signal?: AbortSignal,
  ): Promise<DownloadUrl> {
    const known = lifecycle.current(id);
    if (known?.status === 'READY') {
      lifecycle.markExpired(known);
      throw photoExpired(missing);
    }
    const photo = await status(id, signal);
    if (photo.status === 'PROCESSING') throw photoNotReady(missing);
    try {
      // It got ready between the two calls, unless it is missing once more.
      return await fetchUrl(id, signal);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      lifecycle.markExpired(photo);
      throw photoExpired(error);
    }
  }

  async function urlOf(id: string, signal?: AbortSignal): Promise<DownloadUrl> {
    if (lifecycle.current(id)?.status === 'EXPIRED') throw photoExpired();
    try {
      return await fetchUrl(id, signal);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return explain(id, error, signal);
    }
  }

  return { urlOf };
}
