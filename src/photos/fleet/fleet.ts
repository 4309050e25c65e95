import type { Log } from '../../common/log.ts';
import type { RetryQueue, RetryQueueOptions } from '../archive/retry-queue.ts';
import type { Store } from '../store/store.ts';
import type { Poller } from '../watching/poller.ts';
import type { Waiters } from '../watching/waiters.ts';
import type { SharedTimes } from '../watching/planning/shared-times.ts';
import type { WatchQueue } from '../watching/watch-queue.ts';

/** What a node shares with the other nodes of its fleet. */
export interface Fleet {
  /** How many nodes live, this one included, as of the last look. */
  readonly livingNodes: number;
  /** How many photos are to be polled and taken by no node, as of the last look. */
  readonly photosWaiting: number;
  readonly times: SharedTimes;
  /** Creates the queue that shares out the photos to be polled. */
  watchQueue(parts: WatchQueueParts): WatchQueue;
  /** Creates the queue that shares out the pictures to be archived. */
  archiveQueue(options: RetryQueueOptions): RetryQueue;
  /** Runs `work`, unless another node runs work of that name now. */
  exclusively(name: string, work: () => Promise<void>): Promise<void>;
  /** Ends what is open. Call it after the queues are closed. */
  close(): Promise<void>;
}

export interface WatchQueueParts {
  readonly store: Pick<Store, 'photo'>;
  readonly poller: Pick<Poller, 'poll'>;
  readonly waiters: Waiters;
  readonly log: Log;
}
