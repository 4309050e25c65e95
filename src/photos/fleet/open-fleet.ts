import { abortable } from '../../common/bounded.ts';
import type { Log } from '../../common/log.ts';
import type { Session } from '../store/postgres/database.ts';
import { createPool, type DatabaseOptions } from '../store/postgres/pool.ts';
import { startAnnouncements } from './announcements.ts';
import { createExclusive } from './exclusive.ts';
import { createFindings } from './findings.ts';
import { createFleetArchiveQueue } from './fleet-archive-queue.ts';
import { createQueueSchema } from './fleet-schema.ts';
import { createFleetWatchQueue } from './fleet-watch-queue.ts';
import type { Fleet } from './fleet.ts';
import { createFleetTimes } from './fleet-times.ts';
import { createForeignWaits } from './foreign-waits.ts';
import { createJobPool } from './job-pool.ts';
import { createJobQueue } from './job-queue.ts';
import { startRollCall } from './roll-call.ts';

export interface FleetOptions extends Omit<DatabaseOptions, 'durable' | 'max' | 'log'> {
  /** The store's database, whose table `nodes` lists the nodes and their leases. */
  readonly database: Session;
  /** The id of this node in that table. */
  readonly node: string;
  /** How often photos without a job and dead nodes are looked for, in milliseconds. @default 5000 */
  readonly sweepIntervalMs?: number;
  /** How often a silent connection is asked whether it lives, in milliseconds. @default 5000 */
  readonly heartbeatMs?: number;
  readonly log: Log;
}

/** A photo whose node was killed is taken over within the sum of both: 7 s. In milliseconds. */
const WATCH_LEASE_MS = 5000;
const WATCH_STALLED_INTERVAL_MS = 2000;
/** Poll loops that wait for their next poll cost nothing. */
const MAX_WATCHED = 100_000;
/** A picture has an hour: its job may be taken over later. */
const ARCHIVE_LEASE_MS = 30_000;
const ARCHIVE_STALLED_INTERVAL_MS = 10_000;
const ARCHIVE_IDLE_CHECK_SECONDS = 30;
const MIGRATION_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 1000;

/** A network that swallows all never confirms that a connection is closed. */
async function inTime(ending: Promise<void>): Promise<void> {
  await abortable(ending, AbortSignal.timeout(CLOSE_TIMEOUT_MS)).catch(() => undefined);
}

async function setUp(options: FleetOptions): Promise<void> {
  const pool = createPool({ ...options, max: 1, statementTimeoutMs: MIGRATION_TIMEOUT_MS });
  try {
    await createQueueSchema(pool);
  } finally {
    await pool.end();
  }
}

/** Joins the fleet of all gateways on this database. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { database, node, log } = options;
  await using opened = new AsyncDisposableStack();
  await setUp(options);
  const exclusive = createExclusive(options);
  opened.defer(() => inTime(exclusive.close()));
  const announcements = await startAnnouncements(options);
  opened.defer(() => announcements.close());
  const foreignWaits = createForeignWaits(database, node);
  const times = createFleetTimes({ database, node, log });
  const rollCall = await startRollCall({
    ...options,
    onDead: () => foreignWaits.forgetDead(),
    onCounted: () => times.look(),
  });
  opened.defer(() => inTime(rollCall.close()));
  const pool = createJobPool({ ...options, offsetMs: () => rollCall.clockOffsetMs });
  opened.defer(() => inTime(pool.end()));
  const running = opened.move();
  return {
    times,
    get livingNodes() {
      return rollCall.livingNodes;
    },
    get photosWaiting() {
      return rollCall.photosWaiting;
    },
    watchQueue: (parts) =>
      createFleetWatchQueue({
        ...options,
        ...parts,
        foreignWaits,
        findings: createFindings(database),
        announcements,
        createJobs: (work) =>
          createJobQueue({
            ...work,
            pool,
            node,
            concurrency: MAX_WATCHED,
            leaseMs: WATCH_LEASE_MS,
            stalledIntervalMs: WATCH_STALLED_INTERVAL_MS,
            log,
          }),
      }),
    archiveQueue: (work) =>
      createFleetArchiveQueue({
        ...work,
        createJobs: (job) =>
          createJobQueue({
            ...job,
            pool,
            node,
            concurrency: work.concurrency,
            leaseMs: ARCHIVE_LEASE_MS,
            stalledIntervalMs: ARCHIVE_STALLED_INTERVAL_MS,
            idleCheckSeconds: ARCHIVE_IDLE_CHECK_SECONDS,
            keepsFailed: true,
            log,
          }),
        log,
      }),
    exclusively: (name, work) => exclusive.run(name, work),
    close: () => running.disposeAsync(),
  };
}
