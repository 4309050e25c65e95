import {
  createPostgresBackend,
  DelayedError,
  isPgPool,
  Queue,
  UnrecoverableError,
  WaitingError,
  Worker,
  type Job,
} from 'bullmq';
import { abortable } from '../../common/bounded.ts';
import type { Log } from '../../common/log.ts';

/** Jobs that are shared out among the nodes of a fleet: each is worked on by one node at a time. */
export interface JobQueue {
  /** Adds jobs. One whose id is known already is not added again. */
  add(jobs: readonly NewJob[]): Promise<void>;
  /** Ends a job if it runs on this node. It counts as done. */
  cancel(id: string): void;
  /** Begins to take jobs. Call it before any other method. @throws if the database is away. */
  start(): Promise<void>;
  counts(): Promise<JobCounts>;
  /** Gives the jobs that run here back, for others to take at once, and takes no more. */
  close(): Promise<void>;
}

export interface NewJob {
  /** Anything without a colon that is not a number. */
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface RunningJob {
  readonly id: string;
  /** What was added, from outside: to be parsed. */
  readonly data: unknown;
  /** How often it was begun, this time included. */
  readonly attempt: number;
}

export type WorkResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly reason: string };

export interface JobCounts {
  /** Taken by nobody yet, or waiting for their next attempt. */
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
}

export interface JobQueueOptions {
  readonly name: string;
  /** The id of this node, for whoever looks at the jobs. */
  readonly node: string;
  /** Its `search_path` must be the schema of BullMQ. Each queue keeps one connection for itself. */
  readonly pool: unknown;
  /** Works on a job. When `signal` aborts, it must settle soon; how does not matter then. */
  readonly work: (job: RunningJob, signal: AbortSignal) => Promise<WorkResult>;
  /** Called when a job has ended and is gone, so that its id is free. */
  readonly onGone?: (job: RunningJob) => void;
  /** How many jobs this node works on at a time. */
  readonly concurrency: number;
  /** How long after the end of its node a job counts as left behind, in milliseconds. */
  readonly leaseMs: number;
  /** How often jobs are looked for that were left behind, in milliseconds. */
  readonly stalledIntervalMs: number;
  /** How often an idle node looks for jobs although it was told of none, in seconds. @default 5 */
  readonly idleCheckSeconds?: number;
  /** Whether jobs that failed are kept, to be listed. @default false */
  readonly keepsFailed?: boolean;
  readonly log: Log;
}

/** Enough to give thousands of jobs back. */
const CLOSE_TIMEOUT_MS = 3000;
const MAX_INT4 = 2_147_483_647;
/** How many failed jobs are listed, and for how long, in seconds. */
const FAILED_KEPT = { age: 7 * 86_400, count: 10_000 };
/** Why the signal of a job aborted. */
const CANCELLED = new Error('The job is needed no more');
const LOST = new Error('The job was taken over by another node');
const CLOSING = new Error('The node stops');

/** BullMQ on its PostgreSQL backend. Nothing above this file knows it. */
export function createJobQueue(options: JobQueueOptions): JobQueue {
  const { name, pool: given, work, log } = options;
  // Its own types say the same in other words.
  if (!isPgPool(given)) throw new TypeError('A queue needs a pool of connections');
  const pool = given;
  const running = new Map<string, AbortController>();
  let isClosing = false;
  const queue = new Queue(name, { connection: pool }, createPostgresBackend);
  const worker = new Worker(
    name,
    // BullMQ gives a signal only to a function with three parameters.
    async (job: Job<unknown, void>, token?: string, signal?: AbortSignal) =>
      run(job, token ?? '', signal),
    {
      connection: pool,
      autorun: false,
      name: options.node,
      concurrency: options.concurrency,
      lockDuration: options.leaseMs,
      stalledInterval: options.stalledIntervalMs,
      // A job is taken over however often its nodes died: it must be done by somebody.
      maxStalledCount: MAX_INT4,
      drainDelay: options.idleCheckSeconds ?? 5,
      runRetryDelay: 1000,
    },
    createPostgresBackend,
  );
  // An error without a listener would end the process.
  queue.on('error', report);
  worker.on('error', report);
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) running.get(id)?.abort(LOST);
  });
  worker.on('completed', (job) => options.onGone?.(viewOf(job)));

  function report(error: Error) {
    // While the database is away there are many, and the store says so too.
    log.debug({ err: error, queue: name }, 'A queue of the fleet met an error');
  }

  async function run(job: Job<unknown, void>, token: string, signal: AbortSignal | undefined) {
    const view = viewOf(job);
    const controller = new AbortController();
    const lose = () => controller.abort(LOST);
    signal?.addEventListener('abort', lose);
    running.set(view.id, controller);
    if (isClosing) controller.abort(CLOSING);
    try {
      await settle(job, token, controller.signal, view);
    } finally {
      if (running.get(view.id) === controller) running.delete(view.id);
      signal?.removeEventListener('abort', lose);
    }
  }

  async function settle(
    job: Job<unknown, void>,
    token: string,
    signal: AbortSignal,
    view: RunningJob,
  ): Promise<void> {
    const result = signal.aborted ? null : await resultOf(work(view, signal), signal);
    if (signal.reason === CLOSING && result?.kind !== 'done') {
      await handOver(() => job.moveToWait(token));
      throw new WaitingError();
    }
    if (result?.kind === 'again') {
      await handOver(() => delayJob(job, token, result.afterMs));
      throw new DelayedError();
    }
    if (result?.kind === 'failed') throw new UnrecoverableError(result.reason);
  }

  async function delayJob(job: Job<unknown, void>, token: string, ms: number): Promise<void> {
    await job.moveToDelayed(Date.now() + ms, token);
    // A worker that waits already would learn of the delayed job only when it looks again.
    await pool.query("SELECT pg_notify('bullmq_jobs', $1)", [name]);
  }

  /**
   * If it fails, the job counts as left behind when its lease has passed, and is begun again. The error
   * must not reach BullMQ, which would take it for the end of the job.
   */
  async function handOver(change: () => Promise<unknown>): Promise<void> {
    await change().catch(report);
  }

  async function start() {
    // BullMQ asks for its tables once, and keeps a failure: it would fail for ever, in a loop without a pause.
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    worker.run().catch(report);
  }

  async function add(jobs: readonly NewJob[]): Promise<void> {
    const kept = { removeOnComplete: true, removeOnFail: options.keepsFailed ? FAILED_KEPT : true };
    const entries = jobs.map(({ id, data }) => ({ name, data, opts: { jobId: id, ...kept } }));
    const [only] = entries;
    // Many at once go through temporary tables, which cost the database several milliseconds.
    if (entries.length > 1 || only === undefined) await queue.addBulk(entries);
    else await queue.add(only.name, only.data, only.opts);
  }

  async function counts(): Promise<JobCounts> {
    const found = await queue.getJobCounts('waiting', 'delayed', 'active', 'failed');
    const count = (state: string) => found[state] ?? 0;
    return {
      waiting: count('waiting') + count('delayed'),
      running: count('active'),
      failed: count('failed'),
    };
  }

  async function close(): Promise<void> {
    isClosing = true;
    const closed = worker.close();
    for (const controller of running.values()) controller.abort(CLOSING);
    const ended = Promise.all([closed, queue.close()]).then(() => undefined);
    await abortable(ended, AbortSignal.timeout(CLOSE_TIMEOUT_MS)).catch(report);
  }

  return {
    add,
    cancel: (id) => running.get(id)?.abort(CANCELLED),
    start,
    counts,
    close,
  };
}

/** The result of the work; null if it was ended by `signal`. */
async function resultOf(
  work: Promise<WorkResult>,
  signal: AbortSignal,
): Promise<WorkResult | null> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

function viewOf(job: Job<unknown, void>): RunningJob {
  return { id: job.id ?? '', data: job.data, attempt: job.attemptsStarted };
}
