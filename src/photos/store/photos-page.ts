import { z } from 'zod';
import { formatCursor } from './cursor.ts';
import { readPhoto } from './photo-row.ts';
import type { PhotosPage } from './store.ts';

const listedRow = z.object({ id: z.string(), uploaded_at: z.int() });

/**
 * Reads a page of at most `first` photos from the rows of any database, of which there is one more if there is
 * a next page. The photos' states are those at `nowMs`.
 */
export function readPage(rows: readonly unknown[], first: number, nowMs: number): PhotosPage {
  return {
    entries: rows
      .slice(0, first)
      .map((row) => ({ photo: readPhoto(row, nowMs), cursor: cursorOf(row) })),
    hasNextPage: rows.length > first,
  };
}

function cursorOf(row: unknown): string {
  const { id, uploaded_at: uploadedAtMs } = listedRow.parse(row);
  return formatCursor({ uploadedAtMs, photoId: id });
}
