import DataLoader from 'dataloader';
import { readPhoto } from '../photo-row.ts';
import type { Store } from '../store.ts';
import type { Session } from './database.ts';
import { SELECT_OWN, SELECT_PHOTOS } from './select-photos.ts';
import { sql } from './sql.ts';

interface Wanted {
  readonly client: string;
  readonly id: string;
}

type Found = Awaited<ReturnType<Store['photoOf']>>;

const MAX_BATCH = 500;

/**
 * Creates `Store.photoOf`. What is asked for in one turn of the event loop, such as all photos of one
 * operation, is read by two statements for each client.
 * @param now milliseconds since 1970.
 */
export function createOwnPhotos(database: Session, now: () => number): Store['photoOf'] {
  async function readOf(client: string, ids: readonly string[]): Promise<Map<string, Found>> {
    const own = await database.query(
      sql`${SELECT_OWN} WHERE uploads.client = ${client} AND uploads.photo_id = ANY(${ids})`,
    );
    const found = new Map(own.rows.map((row) => byId(readPhoto(row, now()))));
    const others = ids.filter((id) => !found.has(id));
    if (others.length === 0) return found;
    const { rows } = await database.query(sql`${SELECT_PHOTOS} WHERE photos.id = ANY(${others})`);
    for (const row of rows) {
      const record = readPhoto(row, now());
      found.set(record.id, record.revision === 0 ? record : 'foreign');
    }
    return found;
  }

  async function readAll(wanted: readonly Wanted[]): Promise<readonly Found[]> {
    const clients = Map.groupBy(wanted, ({ client }) => client);
    const reads = [...clients].map(async ([client, all]) => {
      const ids = new Set(all.map(({ id }) => id));
      return [client, await readOf(client, [...ids])] as const;
    });
    const found = new Map(await Promise.all(reads));
    return wanted.map(({ client, id }) => found.get(client)?.get(id) ?? null);
  }

  const photos = new DataLoader(readAll, { cache: false, maxBatchSize: MAX_BATCH });
  return (client, id) => photos.load({ client, id });
}

function byId(record: Exclude<Found, null | 'foreign'>): [string, Found] {
  return [record.id, record];
}
