import { andThen, type Awaitable } from '../common/awaitable.ts';
import { signalOf, type LazySignal } from '../common/lazy-signal.ts';
import { noSuchPhoto } from '../provider/errno.ts';
import type { Provider } from '../provider/provider.ts';
import { isNotFound, toleratingNotFound } from './failures.ts';
import type { Lifecycle } from './lifecycle.ts';
import { unknownPhoto, type Photo } from './photo.ts';
import { rateLimitKeyOf, type Principal } from './principal.ts';
import type { PhotoRecord } from './store/store.ts';
import type { Absences } from './watching/absences.ts';
import type { Poller } from './watching/poller.ts';

/** What clients are told when they ask for the status of a photo. */
export interface Statuses {
  /**
   * The status of a photo. One that the client uploaded is READY until its hour is over, and EXPIRED
   * then. While it is watched, its polls tell (`PollLoop.status`), else the provider. If the provider
   * has no such picture, see `Lifecycle.missed`.
   * @throws `PHOTO_NOT_FOUND` for a photo that is unknown here and at the provider.
   */
  of(principal: Principal, id: string, signal?: LazySignal): Awaitable<Photo>;
}

export interface StatusesOptions {
  readonly provider: Pick<Provider, 'forClient'>;
  readonly lifecycle: Lifecycle;
  readonly poller: Pick<Poller, 'statusOf' | 'latestStatusOf'>;
  readonly absences: Absences;
}

export function createStatuses(options: StatusesOptions): Statuses {
  const { provider, lifecycle, poller, absences } = options;

  const ask = (principal: Principal, id: string, signal?: AbortSignal) =>
    provider.forClient(rateLimitKeyOf(principal)).status(id, signal);

  async function askFor(
    principal: Principal,
    id: string,
    known: PhotoRecord | 'foreign' | null,
    signal?: AbortSignal,
  ): Promise<Photo> {
    const { client } = principal;
    // Treated as an unknown photo: an answer without the call would reveal that another client has it.
    if (known === 'foreign') {
      await toleratingNotFound(ask(principal, id, signal));
      throw noSuchPhoto();
    }
    try {
      const polled = known && (await poller.statusOf(known, signal));
      const found = polled ?? (await ask(principal, id, signal));
      absences.reset(id);
      if (found !== 'READY') return known ?? unknownPhoto(id);
      const ready = await lifecycle.markReady(id, known?.revision ?? 0);
      return (known?.revision ?? 0) === 0 ? ready : await lifecycle.ownView(client, ready);
    } catch (error) {
      if (known === null || !isNotFound(error)) throw error;
      return lifecycle.ownView(client, await lifecycle.missed(known));
    }
  }

  function isKnown(photo: PhotoRecord): boolean {
    if (isSettled(photo)) return true;
    if (poller.latestStatusOf(photo) !== 'PROCESSING') return false;
    absences.reset(photo.id);
    return true;
  }

  return {
    of: (principal, id, signal) =>
      andThen(lifecycle.find(principal.client, id), (photo) =>
        photo !== null && photo !== 'foreign' && isKnown(photo)
          ? photo
          : askFor(principal, id, photo, signalOf(signal)),
      ),
  };
}

/** Whether the provider need not be asked. One that nobody uploaded here may be gone at any time. */
function isSettled({ status, archived, revision }: PhotoRecord): boolean {
  return status === 'EXPIRED' || archived !== null || (status === 'READY' && revision > 0);
}
