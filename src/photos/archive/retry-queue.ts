import { ExponentialBackoff, halfJitterGenerator, type IBackoff } from 'cockatiel';
import PQueue from 'p-queue';
import type { PhotoRecord } from '../store/store.ts';

export type WaitingPhoto = Pick<PhotoRecord, 'id' | 'revision' | 'expiresAt'>;

/** `again`: it failed, and may succeed later. `lost`: it never will. */
export type WorkOutcome = 'done' | 'again' | 'lost';

/**
 * Queue of photos to be worked on, a few at a time. Each is retried until it is done. It keeps only
 * the fields that it needs.
 */
export interface RetryQueue {
  /** Photos under way or waiting. */
  readonly size: number;
  /** Begins to work. Call it once. */
  start(): Promise<void>;
  /**
   * Adds a photo. The one that expires first goes first; photos that should have expired already go
   * last. A photo that is in the queue is not added again, unless it was uploaded again: then it
   * starts from the beginning.
   * @param urgent whether somebody waits for it. A queue that gathers photos does not gather this one.
   * @returns false if the queue is full or closed.
   */
  add(photo: WaitingPhoto, urgent: boolean): boolean;
  /** Starts no more work. Resolves when the running work has settled. */
  close(): Promise<void>;
}

export interface RetryQueueOptions {
  /** Works on a photo once; `attempt` counts from 1. Never rejects. */
  readonly work: (id: string, attempt: number) => Promise<WorkOutcome>;
  /** Called after each photo that is done, or lost. */
  readonly onDone: () => void;
  readonly concurrency: number;
  readonly maxSize: number;
  /** Pause after the first attempt. It doubles with each, and is shortened at random by up to a half. */
  readonly retryBaseDelayMs: number;
  readonly retryMaxDelayMs: number;
  /** How long after its `expiresAt` a photo is given up at the earliest. */
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
  /** Whether it was uploaded again since its attempt began. */
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
    // Rejects if the queue is cleared. Then nobody waits for it.
    queue.add(() => run(entry), { priority }).catch(() => undefined);
  }

  async function run(entry: Entry) {
    entry.outdated = false;
    entry.attempts += 1;
    const outcome = await work(entry.id, entry.attempts);
    if (closed) return;
    if (entry.outdated) return schedule(entry);
    if (outcome === 'again') return retryLater(entry);
    entries.delete(entry.id);
    onDone();
  }

  function retryLater(entry: Entry) {
    entry.backoff = entry.backoff?.next(undefined) ?? firstPause.next();
    const { duration } = entry.backoff;
    // The last attempt runs just when the time is over, not a pause later, so that this is reported
    // at once.
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
    // It begins with the first photo.
    start: async () => undefined,
    add,
    close,
  };
}
