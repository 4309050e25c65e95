import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { SyncStore } from './sync-store.ts';

/** The part of the store that belongs to no photo and no client. */
export type SqliteMetadata = Pick<SyncStore, 'loadSamples' | 'saveSamples' | 'signingKey'>;

const timesRow = z.object({
  class: z.string(),
  times: z.string().transform((text): unknown => JSON.parse(text)),
});
const keyRow = z.object({ signing_key: z.instanceof(Uint8Array).nullable() });

export function createSqliteMetadata(database: DatabaseSync): SqliteMetadata {
  const selectTimes = database.prepare('SELECT class, times FROM times');
  const upsertTimes = database.prepare(`
    INSERT INTO times (class, times) VALUES (:sampleClass, :times)
    ON CONFLICT (class) DO UPDATE SET times = excluded.times`);
  const updateKey = database.prepare('UPDATE gateway SET signing_key = ?');
  const selectKey = database.prepare('SELECT signing_key FROM gateway');

  function loadSamples(): ReadonlyMap<string, unknown> {
    const rows = selectTimes.all().map((row) => timesRow.parse(row));
    return new Map(rows.map((row) => [row.class, row.times]));
  }

  function saveSamples(sampleClass: string, times: unknown) {
    upsertTimes.run({ sampleClass, times: JSON.stringify(times) });
  }

  function signingKey(): Uint8Array {
    return keyRow.parse(selectKey.get()).signing_key ?? makeSigningKey();
  }

  function makeSigningKey(): Uint8Array {
    const key = randomBytes(32);
    updateKey.run(key);
    return key;
  }

  return { loadSamples, saveSamples, signingKey };
}
