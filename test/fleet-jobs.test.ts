import { describe, expect, test } from 'vitest';
import { createQueueSchema } from '../src/photos/fleet/fleet-schema.ts';
import { createJobPool } from '../src/photos/fleet/job-pool.ts';
import {
  createJobQueue,
  type JobQueueOptions,
  type RunningJob,
  type WorkResult,
} from '../src/photos/fleet/job-queue.ts';
import { createPool } from '../src/photos/store/postgres/pool.ts';
import { execute } from './support/fleet-database.ts';
import { createDatabase, createDatabaseOn } from './support/postgres.ts';
import { startPostgresServer, type PostgresServer } from './support/postgres-server.ts';
import { quietLog } from './support/quiet-log.ts';

/** A node that records which jobs it began, and works on each until it is told the result. */
interface Node {
  readonly queue: ReturnType<typeof createJobQueue>;
  readonly started: Promise<void>;
  readonly begun: string[];
  readonly gone: string[];
  /** The jobs whose signal aborted. */
  readonly ended: string[];
  finish(id: string, result?: WorkResult): void;
  close(): Promise<void>;
}

async function startFleet(server?: PostgresServer) {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await (server ? createDatabaseOn(server) : createDatabase()));
  const setUp = createPool({ url: database.url, log: quietLog });
  await createQueueSchema(setUp);
  await setUp.end();
  const nodes = new Set<Node>();
  opened.defer(async () => void (await Promise.all([...nodes].map((node) => node.close()))));

  function join(options: Partial<JobQueueOptions> = {}): Node {
    const pool = createJobPool({ url: database.url, log: quietLog });
    const begun: string[] = [];
    const gone: string[] = [];
    const ended: string[] = [];
    const results = new Map<string, PromiseWithResolvers<WorkResult>>();
    function work({ id, attempt }: RunningJob, signal: AbortSignal): Promise<WorkResult> {
      begun.push(`${id} #${attempt}`);
      const result = Promise.withResolvers<WorkResult>();
      results.set(id, result);
      signal.addEventListener('abort', () => {
        ended.push(id);
        result.reject(signal.reason);
      });
      return result.promise;
    }
    const queue = createJobQueue({
      name: 'test',
      node: crypto.randomUUID(),
      pool,
      work,
      onGone: ({ id }) => gone.push(id),
      concurrency: 100,
      leaseMs: 5000,
      stalledIntervalMs: 2000,
      log: quietLog,
      ...options,
    });
    const started = queue.start();
    started.catch(() => undefined);
    const node: Node = {
      queue,
      started,
      begun,
      gone,
      ended,
      finish: (id, result = { kind: 'done' }) => results.get(id)?.resolve(result),
      async close() {
        if (!nodes.delete(node)) return;
        await queue.close();
        await pool.end();
      },
    };
    nodes.add(node);
    return node;
  }

  const running = opened.move();
  return { url: database.url, join, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

const photos = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `photo-${index}.1`, data: { index } }));

describe('a job of the fleet', () => {
  test('runs on one node, however often it is added, and its id is free afterwards', async () => {
    await using fleet = await startFleet();
    const [one, other] = [fleet.join(), fleet.join()];
    await Promise.all([one, other].map(({ queue }) => queue.add(photos(20))));
    const begun = () => [...one.begun, ...other.begun];
    await expect.poll(begun).toHaveLength(20);
    expect(new Set(begun()).size).toBe(20);

    for (const node of [one, other]) for (const { id } of photos(20)) node.finish(id);
    await expect.poll(() => [...one.gone, ...other.gone]).toHaveLength(20);
    expect(await one.queue.counts()).toEqual({ waiting: 0, running: 0, failed: 0 });
    await one.queue.add(photos(1));
    await expect.poll(begun).toHaveLength(21);
  });

  test('is taken over at once when its node closes', async () => {
    await using fleet = await startFleet();
    const first = fleet.join();
    await first.queue.add(photos(10));
    await expect.poll(() => first.begun).toHaveLength(10);
    // Long enough that nothing but the handing over can give them to the other node.
    const second = fleet.join({
      leaseMs: 600_000,
      stalledIntervalMs: 600_000,
      idleCheckSeconds: 600,
    });
    await first.close();
    await expect.poll(() => second.begun).toHaveLength(10);
    expect(first.gone).toEqual([]);
  });

  test('to be done again is, though the database was away when that was to be noted', async () => {
    await using server = await startPostgresServer();
    await using fleet = await startFleet(server);
    const node = fleet.join({ keepsFailed: true });
    const { queue, begun } = node;
    await queue.add(photos(1));
    await expect.poll(() => begun).toEqual(['photo-0.1 #1']);
    await server.stop('fast');
    node.finish('photo-0.1', { kind: 'again', afterMs: 1 });
    // The node finds out before the database is back.
    await expect(queue.counts()).rejects.toThrow('ECONNREFUSED');
    await server.start();
    await expect.poll(() => begun).toEqual(['photo-0.1 #1', 'photo-0.1 #2']);
    expect((await queue.counts()).failed).toBe(0);

    // BullMQ would remember the failure for ever, and try again without a pause: nothing else would run.
    await server.stop('fast');
    await expect(fleet.join().started).rejects.toThrow('ECONNREFUSED');
    await server.start();
  });

  test('ends on a node that was late with its lease, and belongs to the one that took it over', async () => {
    await using fleet = await startFleet();
    const late = fleet.join({ leaseMs: 400 });
    await late.queue.add(photos(1));
    await expect.poll(() => late.begun).toHaveLength(1);
    await execute(
      fleet.url,
      "UPDATE bullmq.job SET lock_token = 'another', locked_until_ms = 9e12",
    );
    await expect.poll(() => late.ended).toEqual(['photo-0.1']);
    await late.close();
    expect(late.gone).toEqual([]);
    expect(await execute(fleet.url, 'SELECT id, lock_token FROM bullmq.job')).toEqual([
      { id: 'photo-0.1', lock_token: 'another' },
    ]);
  });

  test('ends where it is cancelled', async () => {
    await using fleet = await startFleet();
    const node = fleet.join();
    await node.queue.add(photos(2));
    await expect.poll(() => node.begun).toHaveLength(2);
    node.queue.cancel('photo-0.1');
    await expect.poll(() => node.gone).toEqual(['photo-0.1']);
    expect(await node.queue.counts()).toMatchObject({ running: 1, failed: 0 });
  });

  test('is tried again later, and listed if it fails for good', async () => {
    await using fleet = await startFleet();
    const node = fleet.join({ keepsFailed: true, idleCheckSeconds: 600 });
    await node.queue.add(photos(1));
    await expect.poll(() => node.begun).toEqual(['photo-0.1 #1']);
    node.finish('photo-0.1', { kind: 'again', afterMs: 500 });
    await expect.poll(() => node.begun).toEqual(['photo-0.1 #1', 'photo-0.1 #2']);
    node.finish('photo-0.1', { kind: 'failed', reason: 'its hour is over' });
    await expect.poll(() => node.queue.counts()).toEqual({ waiting: 0, running: 0, failed: 1 });
  });
});
