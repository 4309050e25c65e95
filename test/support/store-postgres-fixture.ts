import type { Audience } from '../../src/photos/store/outbox/audience.ts';
import { openPostgresStore } from '../../src/photos/store/postgres/postgres-store.ts';
import type { IdempotencyRecordKey, Store } from '../../src/photos/store/store.ts';
import { execute } from './fleet-database.ts';
import { createDatabase, type Database } from './postgres.ts';
import type { StoreFixture } from './store-fixture.ts';
import { T0 } from './store-samples.ts';

/** Long enough that no store of a fixture renews its lease or loses it. */
const NEVER_MS = 10_000_000;

/** Databases of earlier fixtures, emptied: that is faster than making new ones. */
const idle: Database[] = [];
const EMPTY = `
  TRUNCATE photos, uploads, pictures, originals, nodes, attempts, open_uploads, allowances, times, deliveries,
    disabled_receivers RESTART IDENTITY;
  UPDATE completed SET uploads = 0, succeeded_at = NULL;
  UPDATE gateway SET signing_key = NULL, clock_ms = 0, remaining = NULL, completed_uploads = NULL`;

/** A store in a database of its own. A crash leaves its lease, which passes at that moment. */
export const createPostgresFixture = (audience?: Audience) => createFixture(1, audience);

/** Two stores of one fleet in one database. The calls go to one and the other in turn. */
export const createFleetFixture = (audience?: Audience) => createFixture(2, audience);

async function createFixture(nodes: number, audience?: Audience): Promise<StoreFixture> {
  const database = idle.pop() ?? (await createDatabase());
  const clock = { nowMs: T0, steadyMs: 0 };
  const stores: Store[] = [];

  async function openOne() {
    const store = await openPostgresStore({
      url: database.url,
      uploadTimeoutMs: 0,
      max: 4,
      now: () => clock.nowMs,
      steadyNow: () => clock.steadyMs,
      ...(audience && { audience }),
      leaseMs: NEVER_MS,
      renewMs: NEVER_MS,
      log: { warn: () => undefined },
    });
    stores.push(store);
    return store;
  }

  async function open() {
    const first = await openOne();
    return nodes === 1 ? first : inTurn([first, await openOne()]);
  }

  async function reopen() {
    await execute(database.url, "UPDATE nodes SET lease_until = '-infinity'");
    return open();
  }

  async function dispose() {
    await Promise.all(stores.map((store) => store.close()));
    await execute(database.url, EMPTY);
    idle.push(database);
  }

  return { store: await open(), clock, reopen, [Symbol.asyncDispose]: dispose };
}

/**
 * A store whose calls go to each of these in turn, except that the one which began a record goes on with
 * it. Closing it closes all.
 */
function inTurn(stores: readonly [Store, ...Store[]]): Store {
  let calls = 0;
  const next = () => stores[(calls += 1) % stores.length] ?? stores[0];
  const owners = new Map<string, Store>();
  const ownerOf = (recordKey: IdempotencyRecordKey) => owners.get(slotOf(recordKey)) ?? next();

  const owned: Partial<Store> = {
    async beginIdempotencyRecord(recordKey, begun) {
      const store = next();
      const earlier = await store.beginIdempotencyRecord(recordKey, begun);
      if (earlier === null) owners.set(slotOf(recordKey), store);
      return earlier;
    },
    markIdempotencyRecordSent: (recordKey, snapshot) =>
      ownerOf(recordKey).markIdempotencyRecordSent(recordKey, snapshot),
    markIdempotencyRecordUnknown: (recordKey) =>
      ownerOf(recordKey).markIdempotencyRecordUnknown(recordKey),
    releaseIdempotencyRecord: (recordKey) => ownerOf(recordKey).releaseIdempotencyRecord(recordKey),
    complete: (client, upload, recordKey, opened) =>
      (recordKey === null ? next() : ownerOf(recordKey)).complete(
        client,
        upload,
        recordKey,
        opened,
      ),
    close: async () => void (await Promise.all(stores.map((store) => store.close()))),
  };
  return new Proxy(stores[0], {
    get: (_target, name): unknown => Reflect.get(name in owned ? owned : next(), name),
  });
}

function slotOf({ client, key }: IdempotencyRecordKey): string {
  return JSON.stringify([client, key]);
}
