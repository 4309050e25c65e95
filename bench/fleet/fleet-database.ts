import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { z } from 'zod';
import { startPostgresServer } from '../../test/support/postgres-server.ts';

/** A PostgreSQL of its own, whose work is counted. */
export interface FleetDatabase extends AsyncDisposable {
  readonly url: string;
  /**
   * Transactions committed so far. PostgreSQL counts those of a connection a second after it has
   * fallen silent at the earliest, and after 10 s at the latest.
   */
  commits(): Promise<number>;
  /** CPU time of the server with all its processes since its start, in seconds. */
  cpuSeconds(): number;
}

const TICKS_PER_SECOND = 100;
const counted = z.object({ commits: z.coerce.number() });
const backend = z.object({ pid: z.int() });

/** Starts a server that keeps its commits as it would in production (`fsync` is on). */
export async function startFleetDatabase(): Promise<FleetDatabase> {
  const server = await startPostgresServer({ fsync: 'on', shared_buffers: '128MB' });
  // In a database of its own, so that it does not count itself.
  const client = new Client({ connectionString: server.urlOf('template1') });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<object>('SELECT pg_backend_pid() AS pid');
  const postmaster = statusOf(backend.parse(rows[0]).pid)?.parent ?? 0;
  return {
    url: server.urlOf('postgres'),
    async commits() {
      const found = await client.query<object>(
        "SELECT xact_commit AS commits FROM pg_stat_database WHERE datname = 'postgres'",
      );
      return counted.parse(found.rows[0]).commits;
    },
    cpuSeconds: () => treeCpuSeconds(postmaster),
    async [Symbol.asyncDispose]() {
      await client.end();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** CPU time of a process, of its children, and of those that have ended. */
function treeCpuSeconds(pid: number): number {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statusOf(Number(name)) ?? []);
  const own = all.find((one) => one.pid === pid);
  const children = all.filter(({ parent }) => parent === pid);
  const ticks = children.reduce((sum, one) => sum + one.ticks, own?.ticksWithEnded ?? 0);
  return ticks / TICKS_PER_SECOND;
}

function statusOf(pid: number) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    const ticks = user + system;
    return {
      pid,
      parent: fields[1] ?? 0,
      ticks,
      ticksWithEnded: ticks + endedUser + endedSystem,
    };
  } catch {
    // It has ended meanwhile.
    return null;
  }
}
