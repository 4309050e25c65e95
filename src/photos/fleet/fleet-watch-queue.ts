import { z } from 'zod';
import { abortable } from '../../common/bounded.ts';
import type { Log } from '../../common/log.ts';
import type { Store } from '../store/store.ts';
import type { PhotoRevision } from '../watching/photo-revision.ts';
import { foreignTask, uploadTask, type PollTask } from '../watching/poll-task.ts';
import type { Poller } from '../watching/poller.ts';
import type { Waiters } from '../watching/waiters.ts';
import type { WatchQueue } from '../watching/watch-queue.ts';
import { createBatcher } from '../../common/batcher.ts';
import type { Announcements } from './announcements.ts';
import type { Findings } from './findings.ts';
import type { ForeignWaits } from './foreign-waits.ts';
import type { JobQueue, JobQueueOptions, RunningJob, WorkResult } from './job-queue.ts';
import { errorOf, type Message } from './messages.ts';

export interface FleetWatchQueueOptions {
  readonly store: Pick<Store, 'photo'>;
  readonly poller: Pick<Poller, 'poll'>;
  readonly waiters: Waiters;
  readonly createJobs: (work: Pick<JobQueueOptions, 'name' | 'work' | 'onGone'>) => JobQueue;
  readonly foreignWaits: ForeignWaits;
  readonly findings: Findings;
  readonly announcements: Announcements;
  /** How often photos without a job are looked for, in milliseconds. @default 5000 */
  readonly sweepIntervalMs?: number;
  readonly log: Log;
}

export const WATCH_QUEUE = 'watch';

/** The id of an upload's job, or with revision 0 of a foreign id's. No photo id contains a full stop. */
const jobIdOf = ({ id, revision }: PhotoRevision) => `${id}.${revision}`;
const jobData = z.object({ id: z.string(), revision: z.int(), rateLimitKey: z.string() });
type JobData = z.infer<typeof jobData>;

const DONE: WorkResult = { kind: 'done' };
/** Jobs that one sweep adds at most. The next adds the rest. */
const MAX_SWEPT = 1000;
const CLOSE_TIMEOUT_MS = 1000;
/**
 * How long a new photo waits for others to be added with it: each call wakes every node that has
 * nothing to take. In milliseconds.
 */
const LINGER_MS = 100;

/**
 * Creates a queue whose photos are shared out among the nodes of a fleet, one job for each. The node
 * that has the job polls; the waiters of all nodes are told by the database, or by an announcement.
 */
export function createFleetWatchQueue(options: FleetWatchQueueOptions): WatchQueue {
  const { store, poller, waiters, foreignWaits, findings, announcements, log } = options;
  const { sweepIntervalMs = 5000 } = options;
  const jobs = options.createJobs({ name: WATCH_QUEUE, work, onGone });
  /** What this node polls. */
  const uploads = new Map<string, PollTask>();
  const foreignIds = new Map<string, PollTask>();
  /** Foreign ids that clients of this node wait for, with the key of the first. */
  const wanted = new Map<string, string>();
  const added = createBatcher<JobData>(
    (batch) => trying('add photos to the fleet', () => add(batch)),
    { lingerMs: LINGER_MS },
  );
  const noted = createBatcher<string>((ids) => trying('note waiting clients', () => note(ids)));
  const checked = createBatcher<PhotoRevision>((photos) =>
    trying('look at photos', () => check(photos)),
  );
  /** Foreign ids that nobody waits for any more, until that is noted. */
  const left = new Set<string>();
  /** Whether something failed that only another look at everything makes up for. */
  let mustLookAgain = false;
  let sweeping: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  const mapOf = ({ revision }: PhotoRevision) => (revision > 0 ? uploads : foreignIds);

  /** What fails here is made up for by the next sweep. */
  async function trying(what: string, attempt: () => Promise<void>): Promise<void> {
    try {
      await attempt();
    } catch (error) {
      mustLookAgain = true;
      log.warn(
        { err: error },
        `The database did not let this node ${what}; it will be tried again`,
      );
    }
  }

  const add = (batch: readonly JobData[]) =>
    jobs.add(batch.map((data) => ({ id: jobIdOf(data), data })));

  /** Notes for each of the ids whether it is wanted now. */
  async function note(ids: readonly string[]): Promise<void> {
    const distinct = [...new Set(ids)];
    const waits = distinct.flatMap((id) => {
      const rateLimitKey = wanted.get(id);
      return rateLimitKey === undefined ? [] : [{ id, rateLimitKey }];
    });
    const unwanted = distinct.filter((id) => !wanted.has(id));
    if (unwanted.length > 0) await foreignWaits.forget(unwanted);
    for (const id of unwanted) left.delete(id);
    if (waits.length === 0) return;
    await foreignWaits.note(waits);
    await add(waits.map((wait) => ({ ...wait, revision: 0 })));
    for (const { id } of waits) checked.add({ id, revision: 0 });
  }

  async function check(photos: readonly PhotoRevision[]): Promise<void> {
    for (const photo of await findings.settledAmong(photos)) settled(photo);
  }

  async function work(job: RunningJob, signal: AbortSignal): Promise<WorkResult> {
    const data = jobData.parse(job.data);
    const task = await taskOf(data);
    if (task === null) return DONE;
    mapOf(task).set(task.id, task);
    try {
      const ending = await poller.poll(task, signal);
      // Not done: another node is to take it, unless it was cancelled.
      if (ending === null) throw signal.reason;
      tell(task, ending.error);
      return DONE;
    } finally {
      if (mapOf(task).get(task.id) === task) mapOf(task).delete(task.id);
    }
  }

  /** What a job has to poll; null if that is done, or not wanted any more. */
  async function taskOf({ id, revision, rateLimitKey }: JobData): Promise<PollTask | null> {
    if (revision === 0) {
      const holder = await foreignWaits.holder(id);
      return holder === null ? null : foreignTask(id, holder);
    }
    const photo = await store.photo(id);
    if (photo?.revision !== revision || !photo.watched) return null;
    endOlder(photo);
    return uploadTask(photo, rateLimitKey);
  }

  function tell(task: PollTask, error: unknown) {
    if (error === null) {
      waiters.settled(task);
      // The database tells only of a change. An id that was known to be ready does not change.
      if (task.photo === null) announcements.settled(task);
    } else {
      waiters.failed(task, error);
      announcements.failed(task, error);
    }
  }

  /** Somebody may have begun to wait for the id between the last look and the end of the job. */
  function onGone(job: RunningJob) {
    const { data } = jobData.safeParse(job.data);
    if (data?.revision !== 0) return;
    void trying('look after a foreign id', async () => {
      if ((await foreignWaits.holder(data.id)) !== null) await add([data]);
    });
  }

  function settled(photo: PhotoRevision) {
    // Not a later upload: this may be old news.
    const task = mapOf(photo).get(photo.id);
    if (task !== undefined && task.revision <= photo.revision) jobs.cancel(jobIdOf(task));
    waiters.settled(photo);
  }

  function endOlder({ id, revision }: PhotoRevision) {
    const task = uploads.get(id);
    if (task !== undefined && task.revision < revision) jobs.cancel(jobIdOf(task));
  }

  async function endUnwanted(id: string): Promise<void> {
    const task = foreignIds.get(id);
    if (task === undefined) return;
    const holder = await foreignWaits.holder(id);
    if (holder === null) jobs.cancel(jobIdOf(task));
    else task.rateLimitKey = holder;
  }

  function onUnwanted(id: string) {
    // This node may have been taken for dead, and what it had noted with it.
    if (wanted.has(id)) noted.add(id);
    void trying('look after a foreign id', () => endUnwanted(id));
  }

  function onMessage(message: Message) {
    if (message.kind === 'unwanted') onUnwanted(message.id);
    else if (message.kind === 'failed') waiters.failed(message, errorOf(message));
    else if (message.status === 'PROCESSING') endOlder(message);
    else settled(message);
  }

  /** Looks at everything that somebody waits for, or that is polled here: news may have been missed. */
  async function lookAgain(): Promise<void> {
    await check(waiters.awaited());
    for (const task of await findings.doneAmong([...uploads.values()])) jobs.cancel(jobIdOf(task));
    for (const id of foreignIds.keys()) await endUnwanted(id);
    await note([...wanted.keys(), ...left]);
  }

  async function sweepOnce(): Promise<void> {
    if (mustLookAgain) {
      mustLookAgain = false;
      await lookAgain();
    }
    const missing = await findings.withoutJob(WATCH_QUEUE, MAX_SWEPT);
    if (missing.length > 0) await add(missing);
  }

  function sweep() {
    sweeping ??= trying('look for photos that nobody watches', sweepOnce).finally(() => {
      sweeping = null;
    });
  }

  function onGap() {
    void trying('look at what its clients wait for', lookAgain);
  }

  async function start(): Promise<void> {
    announcements.follow({ onMessage, onGap });
    await jobs.start();
    await sweepOnce();
    timer = setInterval(sweep, sweepIntervalMs).unref();
  }

  async function close(): Promise<void> {
    clearInterval(timer);
    announcements.follow(null);
    await jobs.close();
    const ids = [...wanted.keys()];
    wanted.clear();
    for (const id of ids) noted.add(id);
    // What is not noted in time ends with the lease of this node.
    const writes = [
      sweeping ?? Promise.resolve(),
      added.settled(),
      noted.settled(),
      checked.settled(),
    ];
    const ended = Promise.all(writes).then(() => undefined);
    await abortable(ended, AbortSignal.timeout(CLOSE_TIMEOUT_MS)).catch(() => undefined);
  }

  return {
    add: ({ id, revision }, rateLimitKey) => added.add({ id, revision, rateLimitKey }),
    // Its job was added with its upload, or will be by a sweep. It may be done meanwhile.
    wantUpload: (photo) => checked.add(photo),
    wantForeign(id, rateLimitKey) {
      wanted.set(id, rateLimitKey);
      left.delete(id);
      noted.add(id);
    },
    unwantForeign(id) {
      if (!wanted.delete(id)) return;
      left.add(id);
      noted.add(id);
    },
    settled,
    trouble(photo, error) {
      waiters.failed(photo, error);
      announcements.failed(photo, error);
    },
    start,
    close,
  };
}
