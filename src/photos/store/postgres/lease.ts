import { z } from 'zod';
import type { Log } from '../../../common/log.ts';
import type { Database } from './database.ts';
import { settle, settleLapsed, selectLapsed } from './settle.ts';
import { sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

/**
 * This gateway among those of the fleet. It has a lease, which it renews; so one renewal stands for all that
 * it has begun. What a gateway left whose lease has passed is settled by the first that sees it.
 */
export interface Lease {
  /** The id of this node. */
  readonly node: string;
  readonly leaseMs: number;
  /**
   * Settles what a node left, if its lease has passed.
   * @returns false if that cannot be told now, since the database was away a moment ago.
   */
  settle(node: string): Promise<boolean>;
  /** Ends the lease, and settles what this node leaves. */
  end(): Promise<void>;
}

export interface LeaseOptions {
  readonly database: Database;
  readonly clock: StoreClock;
  /** How long after its last renewal a node may be taken for dead, in milliseconds. */
  readonly leaseMs: number;
  /** Time between two renewals, in milliseconds. */
  readonly renewMs: number;
  readonly log: Pick<Log, 'warn'>;
}

const renewedRow = z.object({
  renewed: z.boolean(),
  clock_ms: z.int(),
  lapsed: z.array(z.uuid()),
});

/** Takes a lease, settles what dead nodes left, and renews the lease until it is ended. */
export async function takeLease(options: LeaseOptions): Promise<Lease> {
  const { database, clock, leaseMs, renewMs, log } = options;
  const node = crypto.randomUUID();
  /** When the database was away last, on the clock of the process. */
  let awayAtMs = -Infinity;
  let away = false;
  let ended = false;
  let renewing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const until = sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;

  async function register() {
    await database.durably(sql`
      INSERT INTO nodes (id, lease_until) VALUES (${node}, ${until})
      ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until`);
  }

  async function renew() {
    const { rows } = await database.query(sql`
      WITH renewed AS (UPDATE nodes SET lease_until = ${until} WHERE id = ${node} RETURNING id),
        clock AS (${clock.save()})
      SELECT EXISTS (SELECT FROM renewed) AS renewed, clock.clock_ms,
        ARRAY(${selectLapsed(node)}) AS lapsed
      FROM clock`);
    const { renewed, clock_ms: clockMs, lapsed } = renewedRow.parse(rows[0]);
    clock.follow(clockMs);
    if (!renewed) {
      log.warn({ node }, 'This gateway was late with its lease: what it had begun is settled');
      await register();
    }
    if (lapsed.length > 0) await settleNodes(lapsed);
  }

  async function settleNodes(nodes: readonly string[]): Promise<boolean> {
    // When the database was away, all are late. Each gets the time of a lease to come back.
    if (performance.now() - awayAtMs < leaseMs) return false;
    await database.transaction((session) => settleLapsed(session, nodes, clock));
    return true;
  }

  function renewLater() {
    timer = setTimeout(() => {
      renewing = renew().then(
        () => void (away = false),
        (error: unknown) => {
          awayAtMs = performance.now();
          if (!away) log.warn({ err: error }, 'The lease of this gateway cannot be renewed');
          away = true;
        },
      );
      void renewing.finally(() => ended || renewLater());
    }, renewMs).unref();
  }

  async function end() {
    ended = true;
    clearTimeout(timer);
    await renewing;
    await database.transaction(async (session) => {
      await session.query(sql`DELETE FROM nodes WHERE id = ${node}`);
      // Its uploads have ended by now, as no other node could say.
      await session.query(sql`
        UPDATE attempts SET ends_by = NULL WHERE owner = ${node} AND state IN ('running', 'sent')`);
      await settle(session, [node], clock);
      await session.query(clock.save());
    });
  }

  await register();
  await renew();
  renewLater();
  return { node, leaseMs, settle: (other) => settleNodes([other]), end };
}
