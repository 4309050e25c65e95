import { z } from 'zod';
import { GatewayError } from '../../common/errors.ts';
import type { PhotosQuery } from './store.ts';

/** The position of a photo in a client's list. */
export interface Position {
  readonly uploadedAtMs: number;
  readonly photoId: string;
}

/** The positions before the newest photo and after the oldest. */
const NEWEST: Position = { uploadedAtMs: Number.MAX_SAFE_INTEGER, photoId: '' };
const OLDEST: Position = { uploadedAtMs: -1, photoId: '' };

const positionText = z
  .base64url()
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .pipe(z.string().regex(/^\d{1,15}:[\w-]+$/))
  .transform((text): Position => {
    const colon = text.indexOf(':');
    return { uploadedAtMs: Number(text.slice(0, colon)), photoId: text.slice(colon + 1) };
  });

export function formatCursor({ uploadedAtMs, photoId }: Position): string {
  return Buffer.from(`${uploadedAtMs}:${photoId}`).toString('base64url');
}

/** Parses a cursor. @throws `BAD_USER_INPUT` for a text that `formatCursor` never returns. */
export function parseCursor(text: string): Position {
  const parsed = positionText.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new GatewayError(
    'BAD_USER_INPUT',
    'The cursor is malformed: it is an endCursor or a cursor as photos returned it.',
  );
}

/**
 * The positions between which a page lies, both exclusive.
 * @throws `BAD_USER_INPUT` for a malformed cursor.
 */
export function boundsOf({ from = 'newest', after, until = null }: PhotosQuery) {
  const [newer, older] = from === 'newest' ? [after, until] : [until, after];
  return {
    newer: newer === null ? NEWEST : parseCursor(newer),
    older: older === null ? OLDEST : parseCursor(older),
  };
}
