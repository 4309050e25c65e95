import { pathToFileURL } from 'node:url';
import { startProvider, type ProviderProcess } from '../provider/start-provider.ts';
import { makeFolder, removeFolder } from '../run/processes.ts';
import { startSubject } from '../subjects/start-subject.ts';
import type { Subject } from '../subjects/subject.ts';
import { startFleetDatabase, type FleetDatabase } from './fleet-database.ts';

/** Gateways on one database, in front of one provider. */
export interface BenchFleet extends AsyncDisposable {
  readonly provider: ProviderProcess;
  /** Null where the one gateway has an embedded store. */
  readonly database: FleetDatabase | null;
  readonly nodes: readonly Subject[];
}

/** All clients of the bench come from one address. */
const LIMITS = {
  MAX_CONCURRENT_UPLOADS: '500',
  MAX_CONCURRENT_UPLOADS_PER_CLIENT: '500',
  MAX_CONNECTIONS_PER_ADDRESS: '10000',
  MAX_SUBSCRIPTIONS_PER_CLIENT: '10000',
  REQUESTS_PER_MINUTE_PER_ADDRESS: '100000000',
  REQUESTS_PER_MINUTE_PER_CLIENT: '100000000',
};

/** Starts so many gateways; 0 for one without PostgreSQL. */
export async function startFleet(count: number): Promise<BenchFleet> {
  await using started = new AsyncDisposableStack();
  const archive = makeFolder();
  started.defer(() => removeFolder(archive));
  const database = count === 0 ? null : started.use(await startFleetDatabase());
  const provider = started.use(await startProvider());
  const settings = {
    ...LIMITS,
    LOG_LEVEL: 'silent',
    ARCHIVE_URL: pathToFileURL(archive).href,
    // What the figures are compared with was measured without.
    ARCHIVE_ORIGINALS: 'off',
    ...(database !== null && { DATABASE_URL: database.url }),
  };
  const nodes: Subject[] = [];
  while (nodes.length < Math.max(count, 1)) {
    nodes.push(started.use(await startSubject('gateway', { providerUrl: provider.url, settings })));
  }
  const running = started.move();
  return { provider, database, nodes, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
