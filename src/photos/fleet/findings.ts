import { z } from 'zod';
import type { PhotoRevision } from '../watching/photo-revision.ts';
import type { Session } from '../store/postgres/database.ts';
import { sql, type Sql } from '../store/postgres/sql.ts';

/** Finds what has changed, or been left behind, without the node having been told. */
export interface Findings {
  /** Those of these photos that are not being processed any more. */
  settledAmong(photos: readonly PhotoRevision[]): Promise<readonly PhotoRevision[]>;
  /** Those of these uploads that need not be polled any more. */
  doneAmong(uploads: readonly PhotoRevision[]): Promise<readonly PhotoRevision[]>;
  /** Photos that must be polled and for which there is no job; at most `maxRows` of each sort. */
  withoutJob(queue: string, maxRows: number): Promise<readonly Jobless[]>;
}

/** An upload to be polled, or with revision 0 a foreign id. */
export interface Jobless extends PhotoRevision {
  readonly rateLimitKey: string;
}

const found = z.array(z.object({ id: z.string(), revision: z.int() }));
const jobless = z
  .object({ id: z.string(), revision: z.int(), rate_limit_key: z.string() })
  .transform(({ id, revision, rate_limit_key: rateLimitKey }) => ({ id, revision, rateLimitKey }));

export function createFindings(database: Session): Findings {
  const settledAmong = (photos: readonly PhotoRevision[]) =>
    among(photos, sql`status <> 'PROCESSING' AND (wanted.revision > 0) = (photos.revision > 0)`);

  const doneAmong = (uploads: readonly PhotoRevision[]) =>
    among(uploads, sql`NOT watched OR photos.revision <> wanted.revision`);

  async function among(photos: readonly PhotoRevision[], condition: Sql) {
    if (photos.length === 0) return [];
    const { rows } = await database.query(sql`
      SELECT id, wanted.revision FROM photos
      JOIN unnest(
        ${photos.map(({ id }) => id)}::text[], ${photos.map(({ revision }) => revision)}::int[]
      ) AS wanted (id, revision) USING (id)
      WHERE ${condition}`);
    return found.parse(rows);
  }

  async function withoutJob(queue: string, maxRows: number): Promise<readonly Jobless[]> {
    const { rows } = await database.query(sql`
      (SELECT id, revision, '' AS rate_limit_key FROM photos
      WHERE watched AND NOT EXISTS (
        SELECT FROM bullmq.job WHERE queue = ${queue} AND job.id = photos.id || '.' || photos.revision
      ) ORDER BY uploaded_at LIMIT ${maxRows})
      UNION ALL
      (SELECT photo_id, 0, min(rate_limit_key) FROM foreign_waits
      WHERE NOT EXISTS (
        SELECT FROM bullmq.job WHERE queue = ${queue} AND job.id = photo_id || '.0'
      ) GROUP BY photo_id LIMIT ${maxRows})`);
    return z.array(jobless).parse(rows);
  }

  return { settledAmong, doneAmong, withoutJob };
}
