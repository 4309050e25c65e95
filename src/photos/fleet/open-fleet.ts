import type { Log } from '../../common/log.ts';
import type { Session } from '../store/postgres/database.ts';
import { createPool } from '../store/postgres/pool.ts';
import { startAnnouncements } from './announcements.ts';
import { createFindings } from './findings.ts';
import { createFleetSchema } from './fleet-schema.ts';
import { createFleetWatchQueue } from './fleet-watch-queue.ts';
import type { Fleet } from './fleet.ts';
import { createForeignWaits } from './foreign-waits.ts';
import { createJobPool } from './job-pool.ts';
import { createJobQueue } from './job-queue.ts';
import { startRollCall } from './roll-call.ts';

export interface FleetOptions {
  readonly url: string;
  /** The store's database, whose table `nodes` lists the nodes and their leases. */
  readonly database: Session;
  /** The id of this node in that table. */
  readonly node: string;
  /** How often photos without a job and dead nodes are looked for, in milliseconds. @default 5000 */
  readonly sweepIntervalMs?: number;
  readonly log: Log;
}

/** A photo whose node was killed is taken over within the sum of both: 7 s. In milliseconds. */
const WATCH_LEASE_MS = 5000;
const WATCH_STALLED_INTERVAL_MS = 2000;
/** Poll loops that wait for their next poll cost nothing. */
const MAX_WATCHED = 100_000;
const MIGRATION_TIMEOUT_MS = 60_000;

async function setUp({ url, log }: Pick<FleetOptions, 'url' | 'log'>): Promise<void> {
  const pool = createPool({ url, max: 1, statementTimeoutMs: MIGRATION_TIMEOUT_MS, log });
  try {
    await createFleetSchema(pool);
  } finally {
    await pool.end();
  }
}

/** Joins the fleet of all gateways on this database. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { url, database, node, log } = options;
  await using opened = new AsyncDisposableStack();
  await setUp({ url, log });
  const pool = createJobPool({ url, log });
  opened.defer(() => pool.end());
  const announcements = await startAnnouncements({ url, database, log });
  opened.defer(() => announcements.close());
  const foreignWaits = createForeignWaits(database, node);
  const rollCall = await startRollCall({ ...options, onDead: () => foreignWaits.forgetDead() });
  opened.defer(() => rollCall.close());
  const running = opened.move();
  return {
    get livingNodes() {
      return rollCall.livingNodes;
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
            concurrency: MAX_WATCHED,
            leaseMs: WATCH_LEASE_MS,
            stalledIntervalMs: WATCH_STALLED_INTERVAL_MS,
            log,
          }),
      }),
    close: () => running.disposeAsync(),
  };
}
