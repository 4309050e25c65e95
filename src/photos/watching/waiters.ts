import { waitFor, type Settle, type WaitBounds } from '../../common/wait-for.ts';
import type { PhotoRevision } from './photo-revision.ts';

/**
 * The clients of this process that wait for photos. Those who uploaded a photo wait apart from those
 * who only know its id: they may be told different things.
 */
export interface Waiters {
  /** How many wait for this photo. All who uploaded an id count, whichever revision they uploaded. */
  count(photo: PhotoRevision): number;
  /** The rate limit key of the one that has waited longest; null if nobody waits. */
  holder(photo: PhotoRevision): string | null;
  /** The photos that somebody waits for. */
  awaited(): readonly PhotoRevision[];
  /**
   * Waits until `settled` or `failed` is called for the photo.
   * @throws the error of `failed`; as `waitFor` does.
   */
  wait(wanted: WantedNews, bounds: WaitBounds): Promise<void>;
  /** Tells all who wait to look at the photo again: it is ready, or gone. */
  settled(photo: PhotoRevision): void;
  /** Tells all who wait that there was a failure that ends their wait. */
  failed(photo: PhotoRevision, error: unknown): void;
}

/** One who waits. */
export interface WantedNews {
  readonly photo: PhotoRevision;
  readonly rateLimitKey: string;
  /** Called if nobody waited for the photo before. */
  readonly onFirst: () => void;
  /** Called if it was the last to leave, or all were told. */
  readonly onLast: () => void;
}

interface Waiter {
  readonly rateLimitKey: string;
  readonly outcome: Settle<void>;
}

interface Room {
  readonly photo: PhotoRevision;
  readonly waiters: Set<Waiter>;
  readonly onLast: () => void;
}

export function createWaiters(): Waiters {
  const ofUploads = new Map<string, Room>();
  const ofForeignIds = new Map<string, Room>();

  const mapOf = ({ revision }: PhotoRevision) => (revision > 0 ? ofUploads : ofForeignIds);
  const roomOf = (photo: PhotoRevision) => mapOf(photo).get(photo.id);

  function close(room: Room) {
    const map = mapOf(room.photo);
    if (map.get(room.photo.id) !== room) return;
    map.delete(room.photo.id);
    room.onLast();
  }

  /** Keeps nothing of `wanted` but what it needs until the end: thousands wait. */
  function wait(wanted: WantedNews, bounds: WaitBounds): Promise<void> {
    return waitFor((outcome) => enter(wanted, outcome), bounds);
  }

  function enter({ photo, rateLimitKey, onFirst, onLast }: WantedNews, outcome: Settle<void>) {
    const known = roomOf(photo);
    const room = known ?? { photo, waiters: new Set(), onLast };
    const waiter = { rateLimitKey, outcome };
    room.waiters.add(waiter);
    mapOf(photo).set(photo.id, room);
    if (known === undefined) onFirst();
    return leave(room, waiter);
  }

  function leave(room: Room, waiter: Waiter) {
    return () => {
      room.waiters.delete(waiter);
      if (room.waiters.size === 0) close(room);
    };
  }

  function tell(photo: PhotoRevision, tellOne: (outcome: Settle<void>) => void) {
    const room = roomOf(photo);
    if (room === undefined) return;
    close(room);
    for (const { outcome } of room.waiters) tellOne(outcome);
  }

  function holder(photo: PhotoRevision): string | null {
    for (const { rateLimitKey } of roomOf(photo)?.waiters ?? []) return rateLimitKey;
    return null;
  }

  return {
    count: (photo) => roomOf(photo)?.waiters.size ?? 0,
    holder,
    awaited: () => [...ofUploads.values(), ...ofForeignIds.values()].map(({ photo }) => photo),
    wait,
    settled: (photo) => tell(photo, (outcome) => outcome.resolve()),
    failed: (photo, error) => tell(photo, (outcome) => outcome.reject(error)),
  };
}
