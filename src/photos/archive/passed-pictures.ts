import { createConcurrencyLimiter } from '../../common/concurrency-limiter.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Provider } from '../../provider/provider.ts';
import { isNotFound, pictureNotFoundYet } from '../failures.ts';
import type { Store } from '../store/store.ts';
import { unarchivedPhoto } from './arriving-pictures.ts';
import type { FetchResult, SavePicture } from './fetch-result.ts';

/**
 * How a picture was passed on. `sent`: to its end. `elsewhere`: not at all, because it cannot be fetched
 * from where the provider has it, which a client may try itself. `none`: there is no such picture.
 */
export type PassedOn =
  { readonly kind: 'sent' | 'none' } | { readonly kind: 'elsewhere'; readonly url: string };

/** Passes pictures on past the archive, while it does not take them. */
export interface PassedPictures {
  /**
   * Fetches the picture of this name from the provider for `save`, if it is ready and not archived.
   * @throws `PHOTO_NOT_READY` if the provider does not find it at the moment; `RATE_LIMITED` if too many
   * are passed on; other failures of the provider; what `save` throws; the reason of `signal`.
   */
  passOn(name: string, signal: AbortSignal, save: SavePicture): Promise<PassedOn>;
}

export interface PassedPicturesOptions {
  readonly store: Pick<Store, 'photo'>;
  readonly provider: Pick<Provider, 'resultUrl'>;
  readonly fetchResult: FetchResult;
  /** Pictures that are passed on at a time. @default 16 */
  readonly concurrency?: number;
}

export function createPassedPictures(options: PassedPicturesOptions): PassedPictures {
  const { store, provider, fetchResult, concurrency = 16 } = options;
  const limiter = createConcurrencyLimiter(concurrency);

  async function passOn(name: string, signal: AbortSignal, save: SavePicture): Promise<PassedOn> {
    const photo = await unarchivedPhoto(store, name);
    if (photo === null) return { kind: 'none' };
    using _ = limiter.take('all') ?? tooMany();
    const url = await provider.resultUrl(photo.id, signal).catch((error: unknown) => {
      throw isNotFound(error) ? pictureNotFoundYet(error) : error;
    });
    const begun = { begun: false };
    try {
      await fetchResult(url, signal, (picture, ended) => {
        begun.begun = true;
        return save(picture, ended);
      });
      return { kind: 'sent' };
    } catch (error) {
      if (begun.begun || signal.aborted) throw error;
      return { kind: 'elsewhere', url };
    }
  }

  return { passOn };
}

function tooMany(): never {
  throw new GatewayError(
    'RATE_LIMITED',
    'Too many pictures are passed on while the archive does not take them: try again in a moment.',
    { retryAfterMs: 1000 },
  );
}
