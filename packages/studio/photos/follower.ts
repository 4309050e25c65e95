import { effect } from '@preact/signals';
import type { GatewayClock } from '../gateway/gateway-clock.ts';
import type { ReadySocket } from '../gateway/ready-socket.ts';
import { waitToRetry } from '../gateway/wait-to-retry.ts';
import { fromReady } from './from-gateway.ts';
import type { PhotoList } from './photo-list.ts';
import type { Reachability } from './reachability.ts';
import type { StudioPhoto } from './studio-photo.ts';

export interface FollowerOptions {
  readonly list: PhotoList;
  readonly socket: Pick<ReadySocket, 'watch'>;
  readonly clock: Pick<GatewayClock, 'toLocal'>;
  readonly reachability: Pick<Reachability, 'connection' | 'observe'>;
  /** Called when a photo is ready. */
  readonly onReady: (key: string) => void;
}

interface Following {
  readonly ids: Set<string>;
  leave(): void;
}

/**
 * The most photos that are followed. If there are more, the last ones are followed when others are
 * done.
 */
const MAX_FOLLOWED = 50;

/**
 * Follows all photos of the list that are being restored, in one subscription. It is replaced when
 * there is a photo that it does not cover. Returns a function that ends it.
 */
export function startFollower(options: FollowerOptions): () => void {
  const { list, socket, clock, reachability, onReady } = options;
  const closing = new AbortController();
  let following: Following | null = null;
  let failures = 0;

  function followAll() {
    const ids = list.gallery.value
      .flatMap(({ id, phase }) => (id !== null && phase.name === 'processing' ? [id] : []))
      .slice(0, MAX_FOLLOWED);
    if (reachability.connection.value === 'signed-out' || ids.every((id) => following?.ids.has(id)))
      return;
    const left = following;
    following = follow(ids);
    left?.leave();
  }

  function follow(ids: readonly string[]): Following {
    const followed = new Set(ids);
    const leave = socket.watch(ids, {
      ready(photo) {
        failures = 0;
        followed.delete(photo.id);
        const key = change(photo.id, fromReady(photo, clock));
        if (key !== null) onReady(key);
      },
      failed(failure) {
        const id = failure.photoId ?? '';
        followed.delete(id);
        if (failure.code === 'PHOTO_EXPIRED') change(id, { phase: { name: 'expired' } });
        else if (failure.retryable) void tryLater();
        else change(id, { phase: { name: 'failed', failure } });
      },
      ended(failure) {
        const isDone = followed.size === 0;
        followed.clear();
        if (failure) reachability.observe(failure);
        // Without a failure, the gateway is restarting.
        if (!isDone) void tryLater();
      },
    });
    return { ids: followed, leave };
  }

  async function tryLater() {
    try {
      await waitToRetry(failures, closing.signal);
    } catch {
      return;
    }
    failures += 1;
    followAll();
  }

  /** Updates the photo and returns its key; null if it is not on the page any more. */
  function change(id: string, told: Partial<StudioPhoto>): string | null {
    const photo = list.byId(id);
    if (photo) list.change(photo.key, told);
    return photo?.key ?? null;
  }

  const stop = effect(followAll);
  return () => {
    stop();
    closing.abort();
    following?.leave();
  };
}
