import { z } from 'zod';
import type { Session } from '../store/postgres/database.ts';
import { sql } from '../store/postgres/sql.ts';
import { ARCHIVE_QUEUE } from './fleet-archive-queue.ts';
import { WATCH_QUEUE } from './fleet-watch-queue.ts';

/** A fleet at one moment. */
export interface FleetStatus {
  /** The nodes that live, with what each works on. */
  readonly nodes: readonly {
    readonly id: string;
    readonly photosWatched: number;
    readonly picturesArchiving: number;
  }[];
  /** Photos to be polled, and pictures to be archived. */
  readonly watch: Backlog;
  readonly archive: Backlog;
  /** The pictures that were lost last, at most 100: the provider deleted them before they were archived. */
  readonly lost: readonly {
    readonly photoId: string;
    readonly at: string;
    readonly reason: string;
  }[];
}

export interface Backlog {
  /** Worked on by a node now. */
  readonly running: number;
  /** Waiting for a node, or for the next attempt. */
  readonly waiting: number;
  /** How long the oldest of them all has been there, in seconds; null if there is none. */
  readonly oldestSeconds: number | null;
}

const MAX_LOST = 100;

const nodeRows = z.array(z.object({ id: z.string() }));
const jobRows = z.array(
  z.object({
    queue: z.string(),
    state: z.string(),
    node: z.string().nullable(),
    jobs: z.coerce.number(),
    oldest_ms: z.coerce.number(),
  }),
);
const lostRows = z.array(
  z.object({
    id: z.string(),
    failed_reason: z.string().nullable(),
    finished_at_ms: z.coerce.number(),
  }),
);

/** Reads the status of the fleet on this database. @throws if no fleet has ever used it. */
export async function readFleetStatus(database: Session, nowMs = Date.now()): Promise<FleetStatus> {
  const living = await database.query(sql`
    SELECT id::text FROM nodes WHERE lease_until > clock_timestamp() ORDER BY id`);
  const counted = await database.query(sql`
    SELECT queue, state::text, processed_by AS node, count(*) AS jobs, min(added_at_ms) AS oldest_ms
    FROM bullmq.job GROUP BY queue, state, processed_by`);
  const failed = await database.query(sql`
    SELECT id, failed_reason, finished_at_ms FROM bullmq.job
    WHERE queue = ${ARCHIVE_QUEUE} AND state = 'failed'
    ORDER BY finished_at_ms DESC LIMIT ${MAX_LOST}`);
  const jobs = jobRows.parse(counted.rows);

  const runningOf = (queue: string, node: string) =>
    sum(jobs.filter((row) => row.queue === queue && row.state === 'active' && row.node === node));

  function backlogOf(queue: string): Backlog {
    const open = jobs.filter((row) => row.queue === queue && row.state !== 'failed');
    const running = open.filter(({ state }) => state === 'active');
    const oldestMs = Math.min(...open.map((row) => row.oldest_ms));
    return {
      running: sum(running),
      waiting: sum(open) - sum(running),
      oldestSeconds: open.length === 0 ? null : Math.round((nowMs - oldestMs) / 1000),
    };
  }

  return {
    nodes: nodeRows.parse(living.rows).map(({ id }) => ({
      id,
      photosWatched: runningOf(WATCH_QUEUE, id),
      picturesArchiving: runningOf(ARCHIVE_QUEUE, id),
    })),
    watch: backlogOf(WATCH_QUEUE),
    archive: backlogOf(ARCHIVE_QUEUE),
    lost: lostRows.parse(failed.rows).map((row) => ({
      // A job's id is that of its photo and the revision.
      photoId: row.id.slice(0, row.id.lastIndexOf('.')),
      at: new Date(row.finished_at_ms).toISOString(),
      reason: row.failed_reason ?? '',
    })),
  };
}

const sum = (rows: readonly { readonly jobs: number }[]) =>
  rows.reduce((total, { jobs }) => total + jobs, 0);

/** The status for a person to read. */
export function describeFleet({ nodes, watch, archive, lost }: FleetStatus): string {
  const lines = [
    `${nodes.length} ${nodes.length === 1 ? 'node lives' : 'nodes live'}`,
    ...nodes.map(
      (node) =>
        `  ${node.id}  watches ${node.photosWatched} photos, archives ${node.picturesArchiving} pictures`,
    ),
    `Photos to be polled: ${describeBacklog(watch)}`,
    `Pictures to be archived: ${describeBacklog(archive)}`,
    `Pictures lost within the last week: ${lost.length}${lost.length === MAX_LOST ? ' or more' : ''}`,
    ...lost.map(({ photoId, at, reason }) => `  ${at}  ${photoId}  ${reason}`),
  ];
  return `${lines.join('\n')}\n`;
}

function describeBacklog({ running, waiting, oldestSeconds }: Backlog): string {
  const age = oldestSeconds === null ? '' : `, the oldest for ${oldestSeconds} s`;
  return `${running} by a node, ${waiting} waiting${age}`;
}
