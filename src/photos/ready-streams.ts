import { GatewayError } from '../errors.ts';
import type { Caller } from './caller.ts';
import { photoExpired } from './failures.ts';
import type { Lifecycle } from './lifecycle.ts';
import { parsePhotoId, unknownPhoto, type Photo } from './photo.ts';
import { outcomes, type Outcome } from './watching/outcomes.ts';
import type { Watcher } from './watching/watcher.ts';

export interface ReadyStreams {
  /**
   * One event for each of the photos when it is ready, at once if it is, then the end. A failure comes as
   * an event that throws it, with the photo's id: `WAIT_TIMEOUT`, `PHOTO_NOT_FOUND`, `PHOTO_EXPIRED`,
   * `BAD_USER_INPUT`. Once the gateway closes, the end comes alone.
   * @throws `BAD_USER_INPUT` for more than 100 photos.
   */
  open(caller: Caller, ids: readonly string[]): AsyncIterableIterator<Outcome<Photo>>;
}

export interface ReadyStreamsOptions {
  readonly lifecycle: Pick<Lifecycle, 'find' | 'status'>;
  readonly watcher: Pick<Watcher, 'whenReady'>;
  /** Ends every stream. */
  readonly closing: AbortSignal;
}

const MAX_PHOTOS = 100;

export function createReadyStreams(options: ReadyStreamsOptions): ReadyStreams {
  const { lifecycle, watcher, closing } = options;

  async function whenReady(client: string, id: string, signal: AbortSignal): Promise<Photo> {
    try {
      const known = await lifecycle.find(client, parsePhotoId(id));
      if (known === 'foreign') return await lifecycle.status(client, id, signal);
      if (known?.status === 'READY') return known;
      if (known?.status === 'EXPIRED') throw photoExpired();
      await watcher.whenReady(id, signal);
      const own = await lifecycle.find(client, id);
      return own === null || own === 'foreign' ? { ...unknownPhoto(id), status: 'READY' } : own;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const { code, message, errno } = error;
      throw new GatewayError(code, message, { cause: error, errno, photoId: id });
    }
  }

  function open({ client }: Caller, ids: readonly string[]) {
    const distinct = [...new Set(ids)];
    if (distinct.length > MAX_PHOTOS) throw tooMany();
    return outcomes(
      distinct.map((id) => (signal: AbortSignal) => whenReady(client, id, signal)),
      closing,
    );
  }

  return { open };
}

function tooMany() {
  return new GatewayError(
    'BAD_USER_INPUT',
    `One stream waits for at most ${MAX_PHOTOS} photos: open another for the rest.`,
  );
}
