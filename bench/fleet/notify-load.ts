import { Client } from 'pg';
import { nowMs } from '../measure/clock.ts';

/** What each of the transactions does. */
export interface NotifyCase {
  readonly title: string;
  readonly durable: boolean;
  readonly notifies: boolean;
}

export const NOTIFY_CASES: readonly NotifyCase[] = [
  { title: 'not durable, silent', durable: false, notifies: false },
  { title: 'not durable, with NOTIFY', durable: false, notifies: true },
  { title: 'durable, silent', durable: true, notifies: false },
  { title: 'durable, with NOTIFY', durable: true, notifies: true },
];

const CONNECTIONS = 16;

/**
 * Commits as many small transactions as the database takes for this long, on 16 connections, while
 * one listens. Tells how many it took in a second.
 */
export async function measureCommits(
  url: string,
  { durable, notifies }: NotifyCase,
  seconds: number,
): Promise<number> {
  const clients = Array.from(
    { length: CONNECTIONS },
    () => new Client({ connectionString: url, options: `-c synchronous_commit=${durable}` }),
  );
  const [listener] = clients;
  try {
    await Promise.all(clients.map((client) => client.connect()));
    await listener?.query('CREATE TABLE IF NOT EXISTS commits (at TIMESTAMPTZ)');
    await listener?.query('LISTEN bench');
    const startedAt = nowMs();
    const endMs = startedAt + seconds * 1000;
    let commits = 0;
    const commit = `WITH one AS (INSERT INTO commits VALUES (now()) RETURNING at)
      SELECT ${notifies ? "pg_notify('bench', at::text || random())" : 'at'} FROM one`;
    async function work(client: Client) {
      for (; nowMs() < endMs; commits += 1) await client.query({ name: 'commit', text: commit });
    }
    await Promise.all(clients.map(work));
    return (commits / (nowMs() - startedAt)) * 1000;
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}
