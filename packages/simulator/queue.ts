import { Semaphore } from 'async-mutex';

/** A job queue with a concurrency limit and a limit of waiting jobs. */
export interface Queue {
  /** Whether `run` would reject a job now. */
  readonly isFull: boolean;
  /**
   * Runs `job` when its turn comes.
   * @throws QueueFullError if too many jobs wait, or the queue is closed. Then `job` never runs.
   */
  run<T>(job: () => Promise<T>): Promise<T>;
  /** Drops the waiting jobs, and returns when the running ones have ended. */
  close(): Promise<void>;
}

/** A job that was rejected, or dropped before its turn. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

export function createQueue(concurrency: number, maxWaiting: number): Queue {
  const semaphore = new Semaphore(concurrency, new QueueFullError('The queue was closed.'));
  const admitted = new Set<Promise<unknown>>();
  let isClosed = false;

  async function takeTurn<T>(job: () => Promise<T>): Promise<T> {
    return semaphore.runExclusive(job);
  }

  const queue: Queue = {
    get isFull() {
      return isClosed || admitted.size >= concurrency + maxWaiting;
    },
    run: async (job) => {
      if (queue.isFull) throw new QueueFullError('Too many jobs are waiting.');
      const turn = takeTurn(job);
      admitted.add(turn);
      try {
        return await turn;
      } finally {
        admitted.delete(turn);
      }
    },
    close: async () => {
      isClosed = true;
      semaphore.cancel();
      await Promise.allSettled(admitted);
    },
  };
  return queue;
}
