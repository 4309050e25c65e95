import { z } from 'zod';
import type { Log } from '../../common/log.ts';
import type { RetryQueue, RetryQueueOptions, WaitingPhoto } from '../archive/retry-queue.ts';
import { createBatcher } from '../../common/batcher.ts';
import type { JobQueue, JobQueueOptions, RunningJob, WorkResult } from './job-queue.ts';

export interface FleetArchiveQueueOptions extends RetryQueueOptions {
  readonly createJobs: (work: Pick<JobQueueOptions, 'name' | 'work'>) => JobQueue;
  readonly log: Log;
}

export const ARCHIVE_QUEUE = 'archive';

const jobData = z.object({ id: z.string(), expiresAtMs: z.number().nullable() });
/** How long a picture waits for others to be added with it: it has an hour. In milliseconds. */
const LINGER_MS = 500;
/** The count is asked for anew when it is read and older than this, in milliseconds. */
const MAX_COUNT_AGE_MS = 1000;
/** Beyond this the pause does not grow, whatever `retryMaxDelayMs` is. */
const MAX_DOUBLINGS = 20;

/**
 * Creates a retry queue that the nodes of a fleet share: each picture is fetched by one of them. A
 * photo that is lost stays in it as failed for a while, to be listed. It has no limit, and no photo
 * goes before another: all nodes work at it.
 */
export function createFleetArchiveQueue(options: FleetArchiveQueueOptions): RetryQueue {
  const { log, now, graceMs } = options;
  const jobs = options.createJobs({ name: ARCHIVE_QUEUE, work });
  const added = createBatcher(add, { lingerMs: LINGER_MS });
  let size = 0;
  let countedAtMs = -Infinity;

  async function add(photos: readonly WaitingPhoto[]): Promise<void> {
    try {
      await jobs.add(
        photos.map(({ id, revision, expiresAt }) => ({
          id: `${id}.${revision}`,
          data: { id, expiresAtMs: expiresAt?.getTime() ?? null },
        })),
      );
    } catch (error) {
      // The next sweep finds them in the store.
      log.warn({ err: error }, 'Pictures to be archived cannot be queued; it will be tried again');
    }
  }

  async function work({ data, attempt }: RunningJob): Promise<WorkResult> {
    const { id, expiresAtMs } = jobData.parse(data);
    const outcome = await options.work(id, attempt);
    options.onDone();
    if (outcome === 'done') return { kind: 'done' };
    if (outcome === 'lost')
      return { kind: 'failed', reason: 'The provider deleted the picture before it was archived' };
    return { kind: 'again', afterMs: pauseMs(attempt, expiresAtMs) };
  }

  function pauseMs(attempt: number, expiresAtMs: number | null): number {
    const doubled = options.retryBaseDelayMs * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS);
    const pause = Math.min(doubled, options.retryMaxDelayMs) * (1 - Math.random() / 2);
    const remaining = (expiresAtMs ?? Infinity) + graceMs - now();
    return Math.ceil(remaining > 0 ? Math.min(pause, remaining) : pause);
  }

  function count() {
    if (performance.now() - countedAtMs < MAX_COUNT_AGE_MS) return;
    countedAtMs = performance.now();
    jobs.counts().then(
      ({ waiting, running }) => (size = waiting + running),
      (error: unknown) =>
        log.debug({ err: error }, 'The pictures to be archived cannot be counted'),
    );
  }

  async function close(): Promise<void> {
    await added.settled();
    await jobs.close();
  }

  return {
    start: () => jobs.start(),
    get size() {
      count();
      return size;
    },
    add(photo, urgent) {
      // It may wait in a batch already. A job that is known is not added again, and one that is done by
      // then finds that out.
      if (urgent) void add([photo]);
      else added.add(photo);
      return true;
    },
    close,
  };
}
