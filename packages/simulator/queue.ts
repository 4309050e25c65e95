import { Semaphore } from 'async-mutex';

/** Jobs, of which a few run at a time and a bounded number waits. */
export interface Queue {
  /** Whether `run` would be refused now. */
  readonly isFull: boolean;
  /**
   * Runs `job` when its turn comes.
   * @throws QueueFullError where too many wait, or the queue is closed: `job` never runs.
   */
  run<T>(job: () => Promise<T>): Promise<T>;
  /** Drops the jobs that wait, and returns when those that run have ended. */
  close(): Promise<void>;
}

/** A job that was not taken, or was dropped before its turn. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

export function createQueue(concurrency: number, maxWaiting: number): Queue {
  const places = new Semaphore(concurrency, new QueueFullError('The queue was closed.'));
  const admitted = new Set<Promise<unknown>>();
  let isClosed = false;

  async function takeTurn<T>(job: () => Promise<T>): Promise<T> {
    return places.runExclusive(job);
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
      places.cancel();
      await Promise.allSettled(admitted);
    },
  };
  return queue;
}
