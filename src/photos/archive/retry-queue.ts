import { ExponentialBackoff, halfJitterGenerator, type IBackoff } from 'cockatiel';
import PQueue from 'p-queue';
import type { PhotoRecord } from '../store/store.ts';

export type WaitingPhoto = Pick<PhotoRecord, 'id' | 'revision' | 'expiresAt'>;

/** Photos to be worked on, a few at a time, each until it is done. Keeps what it needs to know, no more. */
export interface RetryQueue {
  /** Photos under way or waiting. */
  readonly size: number;
  /**
   * Has a photo worked on; what expires first goes first, and what should be gone last. A photo that is in
   * already is not added again, unless it was uploaded anew, and then starts anew. @returns false where there is
   * no room.
   */
  add(photo: WaitingPhoto): boolean;
  /** Starts no more work, and resolves when what is under way has settled. */
  close(): Promise<void>;
}

export interface RetryQueueOptions {
  /** Works on a photo once; `attempt` counts from 1. Never rejects. @returns whether it is done. */
  readonly work: (id: string, attempt: number) => Promise<boolean>;
  /** Called after each photo that is done. */
  readonly onDone: () => void;
  readonly concurrency: number;
  readonly maxSize: number;
  /** About the pause after the first attempt; doubles with each, less up to a half at random. */
  readonly retryBaseDelayMs: number;
  readonly retryMaxDelayMs: number;
  /** How long past its `expiresAt` a photo is given up at the earliest. */
  readonly graceMs: number;
  readonly now: () => number;
}

interface Entry {
  readonly id: string;
  revision: number;
  expiresAtMs: number;
  attempts: number;
  backoff: IBackoff<unknown> | null;
  /** Set while it waits between two attempts. */
  timer: NodeJS.Timeout | null;
  /** Uploaded anew since its attempt began. */
  outdated: boolean;
}

export function createRetryQueue(options: RetryQueueOptions): RetryQueue {
  const { work, onDone, maxSize, graceMs, now } = options;
  const entries = new Map<string, Entry>();
  const queue = new PQueue({ concurrency: options.concurrency });
  const firstPause = new ExponentialBackoff({
    generator: halfJitterGenerator,
    initialDelay: options.retryBaseDelayMs,
    maxDelay: options.retryMaxDelayMs,
  });
  let closed = false;

  function add(photo: WaitingPhoto): boolean {
    if (closed) return false;
    const known = entries.get(photo.id);
    if (known?.revision === photo.revision) return true;
    if (known === undefined && entries.size >= maxSize) return false;
    const entry: Entry = Object.assign(known ?? { id: photo.id, timer: null, outdated: false }, {
      revision: photo.revision,
      expiresAtMs: photo.expiresAt?.getTime() ?? Infinity,
      attempts: 0,
      backoff: null,
    });
    entries.set(entry.id, entry);
    if (known !== undefined && known.timer === null) known.outdated = true;
    else schedule(entry);
    return true;
  }

  function schedule(entry: Entry) {
    if (entry.timer !== null) clearTimeout(entry.timer);
    entry.timer = null;
    const overdue = entry.expiresAtMs <= now();
    const priority = overdue ? Number.MIN_SAFE_INTEGER : -entry.expiresAtMs;
    // Rejects where the queue is cleared, which is where nobody waits for it.
    queue.add(() => run(entry), { priority }).catch(() => undefined);
  }

  async function run(entry: Entry) {
    entry.outdated = false;
    entry.attempts += 1;
    const done = await work(entry.id, entry.attempts);
    if (closed) return;
    if (entry.outdated) return schedule(entry);
    if (!done) return retryLater(entry);
    entries.delete(entry.id);
    onDone();
  }

  function retryLater(entry: Entry) {
    entry.backoff = entry.backoff?.next(undefined) ?? firstPause.next();
    const { duration } = entry.backoff;
    // The last attempt finds that the time is over, and says so then rather than a pause later.
    const remainingMs = entry.expiresAtMs + graceMs - now();
    const pauseMs = remainingMs > 0 ? Math.min(duration, Math.ceil(remainingMs)) : duration;
    entry.timer = setTimeout(schedule, pauseMs, entry);
  }

  async function close() {
    closed = true;
    queue.clear();
    for (const { timer } of entries.values()) if (timer !== null) clearTimeout(timer);
    await queue.onIdle();
  }

  return {
    get size() {
      return entries.size;
    },
    add,
    close,
  };
}
