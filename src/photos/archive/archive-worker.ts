import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../common/log.ts';
import { noTracing } from '../../telemetry/no-telemetry.ts';
import type { Tracing } from '../../telemetry/tracing.ts';
import type { Store } from '../store/store.ts';
import type { Archive } from './archive.ts';
import { ArchiveError, createArchiveHealth } from './archive-health.ts';
import { createArchivePhoto, MAX_OVERDUE_MS, type ArchivePhotoOptions } from './archive-photo.ts';
import { purgeExpired } from './purge-expired.ts';
import {
  createRetryQueue,
  type RetryQueue,
  type RetryQueueOptions,
  type WaitingPhoto,
  type WorkOutcome,
} from './retry-queue.ts';

/**
 * Copies finished pictures into the archive before the provider deletes them, and deletes expired
 * ones from the archive.
 */
export interface ArchiveWorker {
  /**
   * Schedules the picture of a READY photo for archiving, as soon as the concurrency limit allows.
   * The photo that expires first goes first. The worker retries until the photo's hour is over and
   * the provider says that the picture is deleted. A second call for the same upload does nothing.
   * @param urgent whether somebody waits for the picture now. @default false
   */
  enqueue(photo: WaitingPhoto, urgent?: boolean): void;
  /** Resumes the work that an earlier process left. Call it once. */
  start(): Promise<void>;
  state(): ArchiveState;
  /** Whether the archive did not take the last picture. */
  isFailing(): boolean;
  /** Ends all work. The next `start` resumes what is unfinished. */
  close(): Promise<void>;
}

export interface ArchiveState {
  readonly status: 'working' | 'failing';
  /** Why archiving fails; null while it works. */
  readonly reason: string | null;
  /** Photos in progress or waiting. */
  readonly backlog: number;
  /** Pictures archived since the start. */
  readonly archived: number;
  /** Pictures that the provider deleted before they could be archived, since the start. */
  readonly lost: number;
}

export interface ArchiveWorkerOptions extends Omit<
  ArchivePhotoOptions,
  'store' | 'archive' | 'health' | 'graceMs' | 'now'
> {
  readonly store: Pick<
    Store,
    | 'photo'
    | 'picture'
    | 'unarchived'
    | 'overdue'
    | 'expired'
    | 'expiredOriginals'
    | 'markArchived'
    | 'markExpired'
    | 'forgetOriginal'
  >;
  readonly archive: Pick<Archive, 'put' | 'remove' | 'check'>;
  /** Called after each attempt of this process, however it ended. @default nobody */
  readonly onAttempted?: (id: string) => void;
  readonly log: Log;
  /** Makes one span for each attempt to archive a picture. @default none */
  readonly tracing?: Tracing;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Concurrency limit for fetching pictures. @default 4 */
  readonly concurrency?: number;
  /**
   * Approximate pause after the first failure, in milliseconds. It grows from there, with jitter.
   * @default 1000
   */
  readonly retryBaseDelayMs?: number;
  /** Longest pause between two attempts, in milliseconds. @default 60000 */
  readonly retryMaxDelayMs?: number;
  /**
   * Earliest time after its hour at which a picture is given up, in milliseconds.
   * @default 300000
   */
  readonly graceMs?: number;
  /**
   * Number of photos past their hour by the clock alone that each sweep tries one last time.
   * @default 10
   */
  readonly maxOverdue?: number;
  /** Capacity of the retry queue in memory. Further photos wait in the store. @default 1000 */
  readonly maxQueued?: number;
  /**
   * Interval between two sweeps for expired pictures and for photos that were passed over, in
   * milliseconds.
   * @default 60000
   */
  readonly sweepIntervalMs?: number;
  /** Creates the queue of photos to be archived. @default one of this process */
  readonly createQueue?: (options: RetryQueueOptions) => RetryQueue;
  /** Runs a sweep, unless another process runs one. @default at once */
  readonly exclusively?: (sweep: () => Promise<void>) => Promise<void>;
  /** Pictures deleted per step. @default 100 */
  readonly purgeStepSize?: number;
}

/**
 * Longest wait on close for work in progress. An archive that hangs must not delay the shutdown.
 */
const CLOSE_TIMEOUT_MS = 5000;

export function createArchiveWorker(options: ArchiveWorkerOptions): ArchiveWorker {
  const { store, archive, log, tracing = noTracing, now = Date.now, maxQueued = 1000 } = options;
  const { sweepIntervalMs = 60_000, purgeStepSize: stepSize = 100 } = options;
  const { graceMs = 300_000, maxOverdue = 10, exclusively = (run) => run() } = options;
  const closing = new AbortController();
  const health = createArchiveHealth(log);
  const archivePhoto = createArchivePhoto({ ...options, health, graceMs, now });
  const queue = (options.createQueue ?? createRetryQueue)({
    work,
    onDone,
    concurrency: options.concurrency ?? 4,
    maxSize: maxQueued,
    retryBaseDelayMs: options.retryBaseDelayMs ?? 1000,
    retryMaxDelayMs: options.retryMaxDelayMs ?? 60_000,
    graceMs,
    now,
  });
  let archived = 0;
  let lost = 0;
  /** Whether photos wait in the store because the queue was full. */
  let queueWasFull = false;
  let sweeping: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  async function work(id: string, attempt: number): Promise<WorkOutcome> {
    try {
      const span = { 'photo_gateway.photo_id': id, 'photo_gateway.attempt': attempt };
      const outcome = await tracing.span('archive', span, () => archivePhoto(id, closing.signal));
      if (outcome === 'archived') archived += 1;
      if (outcome === 'lost') reportLost(id, attempt);
      return outcome === 'lost' ? 'lost' : 'done';
    } catch (error) {
      if (!closing.signal.aborted) reportFailure(id, attempt, error);
      return 'again';
    } finally {
      options.onAttempted?.(id);
    }
  }

  function reportLost(photoId: string, attempt: number) {
    lost += 1;
    const text = 'A finished picture is lost: the provider deleted it before it was archived';
    log.error({ photoId, failedAttempts: attempt - 1 }, text);
  }

  function reportFailure(photoId: string, attempt: number, error: unknown) {
    if (error instanceof ArchiveError) return health.failed(error);
    const line = { err: error, photoId, attempt };
    const text = 'A finished picture could not be fetched; it will be tried again';
    return attempt === 1 ? log.warn(line, text) : log.debug(line, text);
  }

  function onDone() {
    if (queueWasFull && queue.size <= maxQueued / 2) sweep();
  }

  function enqueue(photo: WaitingPhoto, urgent = false) {
    if (!queue.add(photo, urgent)) queueWasFull = true;
  }

  async function enqueueWaiting() {
    const photos = await store.unarchived();
    queueWasFull = false;
    for (const photo of photos) enqueue(photo);
    // The clock may have been set ahead. Only a few at a time: most of them are gone, and each one
    // costs a call.
    const since = new Date(now() - MAX_OVERDUE_MS);
    for (const photo of await store.overdue(since, maxOverdue)) enqueue(photo);
  }

  async function sweepOnce() {
    await enqueueWaiting();
    // If nothing waits to be archived, nothing else would notice that the archive works again.
    if (health.reason !== null && queue.size === 0) {
      await archive.check(closing.signal).then(
        () => health.succeeded(),
        () => undefined,
      );
    }
    await purgeExpired({ store, archive, stepSize }, closing.signal);
  }

  function sweep() {
    if (sweeping !== null || closing.signal.aborted) return;
    sweeping = exclusively(sweepOnce).then(onSwept, (error: unknown) => {
      sweeping = null;
      log.warn({ err: error }, 'The archive could not be cleaned up; it will be tried again');
    });
  }

  function onSwept() {
    sweeping = null;
    // Work that became due meanwhile could not start another run.
    onDone();
  }

  async function start() {
    await queue.start();
    await enqueueWaiting();
    timer = setInterval(sweep, sweepIntervalMs).unref();
  }

  function state(): ArchiveState {
    const { reason } = health;
    const status = reason === null ? 'working' : 'failing';
    return { status, reason, backlog: queue.size, archived, lost };
  }

  async function close() {
    clearInterval(timer);
    closing.abort();
    const waiting = new AbortController();
    const settled = Promise.all([queue.close(), sweeping]);
    await Promise.race([settled, delay(CLOSE_TIMEOUT_MS, undefined, { signal: waiting.signal })]);
    waiting.abort();
  }

  return { enqueue, start, state, isFailing: () => health.reason !== null, close };
}
