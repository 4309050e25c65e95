import { z } from 'zod';
import type { Photo } from '../../src/photos/photo.ts';
import type { Principal } from '../../src/photos/principal.ts';
import type { ResultThunk } from '../../src/photos/watching/settled-results.ts';
import { execute } from './fleet-database.ts';
import { startFleetNode, type FleetNode, type FleetNodeOptions } from './fleet-node.ts';
import { createDatabase, createDatabaseOn, type Database } from './postgres.ts';
import type { PostgresServer } from './postgres-server.ts';
import { answers, startScriptedProvider, type Answer, type Call } from './scripted-provider.ts';

export const bert: Principal = { client: 'bert', origin: 'http://127.0.0.1', uploadsPerDay: null };
export const anna: Principal = { client: 'anna', origin: 'http://127.0.0.1', uploadsPerDay: null };

/** Sweeps would find what was not handed over. */
export const NEVER_MS = 10_000_000;

interface FleetOptions extends FleetNodeOptions {
  /** The server of its database. @default one that all tests share */
  readonly server?: PostgresServer;
  /** Where the provider has its pictures. */
  readonly picturesUrl?: string;
}

/** Nodes in front of one provider, which is done with a photo when the test says so. */
export async function startFleet(
  count: number,
  { server, picturesUrl, ...options }: FleetOptions = {},
) {
  await using started = new AsyncDisposableStack();
  const ready = new Set<string>();
  const missing = new Set<string>();
  const readyAnswersOf = new Map<string, number>();
  let everyId: string | null = null;
  const downloadOf = (id: string): Answer =>
    picturesUrl === undefined
      ? answers.download(id)
      : { body: { code: 200, data: { url: `${picturesUrl}/${id}` } } };
  const provider = started.use(
    await startScriptedProvider(({ endpoint, fields }, earlier) => {
      if (endpoint === 'upload') return answers.uploaded(everyId ?? `photo-${earlier}`);
      const id = fields.get('mdf') ?? '';
      if (missing.has(id)) return answers.failure(9002);
      if (endpoint === 'download') return downloadOf(id);
      if (!ready.has(id)) return answers.processing;
      readyAnswersOf.set(id, (readyAnswersOf.get(id) ?? 0) + 1);
      return answers.ready;
    }),
  );
  const database = started.use(await (server ? createDatabaseOn(server) : createDatabase()));
  const nodes: FleetNode[] = [];
  started.defer(async () => void (await Promise.all(nodes.map((node) => node.close()))));

  /** @param through the address at which the node reaches the database. */
  async function join(more: FleetNodeOptions = {}, through = database.url): Promise<FleetNode> {
    const providerUrl = provider.env['PHOTO_API_URL'] ?? '';
    const node = await startFleetNode(through, providerUrl, { ...options, ...more });
    nodes.push(node);
    return node;
  }

  for (let index = 0; index < count; index += 1) await join();
  const running = started.move();
  return {
    nodes,
    provider,
    database,
    ready,
    missing,
    readyAnswersOf,
    sameId: (id: string) => void (everyId = id),
    join,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

export function nodeOf(
  { nodes }: { readonly nodes: readonly FleetNode[] },
  index: number,
): FleetNode {
  const node = nodes[index];
  if (node === undefined) throw new Error(`The fleet has no node ${index}`);
  return node;
}

/** The watched photos, as jobs of the fleet. */
export const jobsOf = async ({ database }: { readonly database: Database }) =>
  z
    .array(z.object({ id: z.string() }))
    .parse(await execute(database.url, 'SELECT id FROM bullmq.job'))
    .map(({ id }) => id);

export const waitsOf = async ({ database }: { readonly database: Database }) =>
  (await execute(database.url, 'SELECT FROM foreign_waits')).length;

export const readyAnswers = (
  fleet: { readonly readyAnswersOf: ReadonlyMap<string, number> },
  id: string,
) => fleet.readyAnswersOf.get(id);

export const pollsOf = (calls: readonly Call[], id: string) =>
  calls.filter(({ endpoint, fields }) => endpoint === 'status' && fields.get('mdf') === id).length;

/** All events of a stream: the statuses, or the codes of errors. */
export async function eventsOf(stream: AsyncIterable<ResultThunk<Photo>>): Promise<string[]> {
  const events: string[] = [];
  for await (const event of stream) {
    try {
      events.push(event().status);
    } catch (error) {
      events.push(error instanceof Error && 'code' in error ? String(error.code) : String(error));
    }
  }
  return events;
}
