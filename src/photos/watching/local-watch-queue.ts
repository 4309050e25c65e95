import type { Store } from '../store/store.ts';
import type { PhotoRevision } from './photo-revision.ts';
import { foreignTask, uploadTask, type PollTask } from './poll-task.ts';
import type { Poller } from './poller.ts';
import type { Waiters } from './waiters.ts';
import type { WatchQueue } from './watch-queue.ts';

export interface LocalWatchQueueOptions {
  readonly store: Pick<Store, 'watched'>;
  readonly poller: Pick<Poller, 'poll'>;
  readonly waiters: Pick<Waiters, 'settled' | 'failed'>;
}

interface Running {
  readonly revision: number;
  readonly controller: AbortController;
}

/** Not a new reason for each photo: an error takes longer to make than the rest of its end. */
const ENDED = new Error('The photo is polled no more');

/** Creates a queue that polls every photo in this process, at once. */
export function createLocalWatchQueue(options: LocalWatchQueueOptions): WatchQueue {
  const { store, poller, waiters } = options;
  const uploads = new Map<string, Running>();
  const foreignIds = new Map<string, Running>();
  const loops = new Set<Promise<void>>();

  const mapOf = ({ revision }: PhotoRevision) => (revision > 0 ? uploads : foreignIds);

  function begin(task: PollTask) {
    const running = { revision: task.revision, controller: new AbortController() };
    mapOf(task).get(task.id)?.controller.abort(ENDED);
    mapOf(task).set(task.id, running);
    const loop = run(task, running).finally(() => loops.delete(loop));
    loops.add(loop);
  }

  async function run(task: PollTask, running: Running): Promise<void> {
    const ending = await poller.poll(task, running.controller.signal);
    // Before the waiters are told: one that waits again must get a loop of its own.
    if (mapOf(task).get(task.id) === running) mapOf(task).delete(task.id);
    if (ending === null) return;
    if (ending.error === null) waiters.settled(task);
    else waiters.failed(task, ending.error);
  }

  function end(photo: PhotoRevision) {
    const map = mapOf(photo);
    const running = map.get(photo.id);
    // Not those of a later upload: this may be old news.
    if (running === undefined || running.revision > photo.revision) return;
    running.controller.abort(ENDED);
    map.delete(photo.id);
  }

  async function start() {
    for (const photo of await store.watched()) begin(uploadTask(photo, ''));
  }

  async function close() {
    for (const { controller } of [...uploads.values(), ...foreignIds.values()])
      controller.abort(ENDED);
    uploads.clear();
    foreignIds.clear();
    await Promise.all(loops);
  }

  return {
    add: (photo, rateLimitKey) => begin(uploadTask(photo, rateLimitKey)),
    wantUpload(photo, rateLimitKey) {
      if (!uploads.has(photo.id)) begin(uploadTask(photo, rateLimitKey));
    },
    wantForeign(id, rateLimitKey) {
      if (!foreignIds.has(id)) begin(foreignTask(id, rateLimitKey));
    },
    unwantForeign: (id) => end({ id, revision: 0 }),
    settled: end,
    trouble: (photo, error) => waiters.failed(photo, error),
    start,
    close,
  };
}
