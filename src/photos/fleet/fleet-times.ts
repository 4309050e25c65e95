import { z } from 'zod';
import type { Log } from '../../common/log.ts';
import type { Session } from '../store/postgres/database.ts';
import { sql } from '../store/postgres/sql.ts';
import {
  noSamples,
  observe,
  type Observation,
  type ProcessingTimeSamples,
} from '../watching/planning/processing-time-samples.ts';
import type { SharedTimes } from '../watching/planning/shared-times.ts';

export interface FleetTimes extends SharedTimes {
  /** Reads what other nodes have learned. To be called at intervals. */
  look(): Promise<void>;
}

export interface FleetTimesOptions {
  readonly database: Session;
  readonly node: string;
  readonly log: Log;
}

interface Seen extends Observation {
  readonly sampleClass: string;
}

/** How many of each class are kept at least, and read. */
const KEPT_OF_CLASS = 96;
/** How long observations are collected, in milliseconds. A node that is killed loses as much. */
const DELAY_MS = 1000;
/** One write in so many deletes what is too old. */
const WRITES_PER_TRIM = 50;
const MAX_READ = 5000;

const rows = z.array(
  z
    .object({ seq: z.int(), class: z.string(), not_ready_ms: z.int(), ready_ms: z.int() })
    .transform((row) => ({
      seq: row.seq,
      sampleClass: row.class,
      notReadyAtMs: row.not_ready_ms,
      readyAtMs: row.ready_ms,
    })),
);

/**
 * Creates processing times that the nodes of a fleet learn together. Each observation is a row of its
 * own, so that none replaces another's. A row that is committed late may be missed by a node that
 * runs, which then plans by one photo less.
 */
export function createFleetTimes({ database, node, log }: FleetTimesOptions): FleetTimes {
  let unsaved: Seen[] = [];
  let saving = Promise.resolve();
  let writes = 0;
  let timer: NodeJS.Timeout | undefined;
  /** Up to where all is known here. */
  let readSeq = 0;
  let learn: ((sampleClass: string, seen: Observation) => void) | null = null;

  async function load(): Promise<ReadonlyMap<string, ProcessingTimeSamples>> {
    const answer = await database.query(sql`
      SELECT seq, class, not_ready_ms, ready_ms FROM (
        SELECT *, row_number() OVER (PARTITION BY class ORDER BY seq DESC) AS nth
        FROM processing_times
      ) AS numbered
      WHERE nth <= ${KEPT_OF_CLASS} ORDER BY seq`);
    const samples = new Map<string, ProcessingTimeSamples>();
    for (const { sampleClass, seq, ...seen } of rows.parse(answer.rows)) {
      samples.set(sampleClass, observe(samples.get(sampleClass) ?? noSamples, seen));
      readSeq = seq;
    }
    return samples;
  }

  async function look(): Promise<void> {
    const answer = await database.query(sql`
      SELECT seq, class, not_ready_ms, ready_ms FROM processing_times
      WHERE seq > ${readSeq} AND node <> ${node}::uuid ORDER BY seq LIMIT ${MAX_READ}`);
    for (const { sampleClass, seq, ...seen } of rows.parse(answer.rows)) {
      learn?.(sampleClass, seen);
      readSeq = seq;
    }
  }

  function add(sampleClass: string, seen: Observation) {
    const [possible] = observe(noSamples, seen).observations;
    if (possible === undefined) return;
    const [notReadyAtMs, readyAtMs] = possible;
    unsaved.push({ sampleClass, notReadyAtMs, readyAtMs });
    timer ??= setTimeout(save, DELAY_MS).unref();
  }

  function save() {
    clearTimeout(timer);
    timer = undefined;
    const batch = unsaved;
    unsaved = [];
    if (batch.length > 0) saving = saving.then(() => saveAll(batch));
  }

  async function saveAll(batch: readonly Seen[]): Promise<void> {
    try {
      await database.query(sql`
        INSERT INTO processing_times (class, node, not_ready_ms, ready_ms)
        SELECT class, ${node}::uuid, not_ready_ms, ready_ms FROM unnest(
          ${batch.map(({ sampleClass }) => sampleClass)}::text[],
          ${batch.map(({ notReadyAtMs }) => notReadyAtMs)}::int[],
          ${batch.map(({ readyAtMs }) => readyAtMs)}::int[]
        ) AS seen (class, not_ready_ms, ready_ms)`);
      writes += 1;
      if (writes % WRITES_PER_TRIM === 1) await trim();
    } catch (error) {
      const text = 'Processing times cannot be shared; this node plans with them all the same';
      log.warn({ err: error }, text);
    }
  }

  async function trim(): Promise<void> {
    await database.query(sql`
      DELETE FROM processing_times WHERE seq IN (
        SELECT seq FROM (
          SELECT seq, row_number() OVER (PARTITION BY class ORDER BY seq DESC) AS nth
          FROM processing_times
        ) AS numbered
        WHERE nth > ${KEPT_OF_CLASS}
      )`);
  }

  async function settled(): Promise<void> {
    save();
    await saving;
  }

  return { load, look, add, follow: (listener) => void (learn = listener), settled };
}
