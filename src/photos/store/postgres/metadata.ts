import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Store } from '../store.ts';
import type { Database } from './database.ts';
import { sql } from './sql.ts';

/** The part of the store that belongs to no photo and no client. */
export type PostgresMetadata = Pick<Store, 'loadSamples' | 'saveSamples' | 'signingKey'>;

const timesRow = z.object({ class: z.string(), times: z.unknown() });
const keyRow = z.object({ signing_key: z.instanceof(Uint8Array) });

export function createPostgresMetadata(database: Database): PostgresMetadata {
  return {
    async loadSamples() {
      const { rows } = await database.query(sql`SELECT class, times FROM times`);
      return new Map(
        rows.map((row) => {
          const { class: sampleClass, times } = timesRow.parse(row);
          return [sampleClass, times];
        }),
      );
    },
    async saveSamples(sampleClass, times) {
      // Not durable: what is lost is learned again.
      await database.query(sql`
        INSERT INTO times (class, times) VALUES (${sampleClass}, ${JSON.stringify(times)})
        ON CONFLICT (class) DO UPDATE SET times = excluded.times`);
    },
    async signingKey() {
      // The first of all gateways makes it.
      await database.durably(sql`
        UPDATE gateway SET signing_key = ${randomBytes(32)} WHERE signing_key IS NULL`);
      const { rows } = await database.query(sql`SELECT signing_key FROM gateway`);
      return keyRow.parse(rows[0]).signing_key;
    },
  };
}
