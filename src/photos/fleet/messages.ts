import { z } from 'zod';
import { ERROR_CODES, GatewayError, type ErrorCode } from '../../common/errors.ts';
import type { PhotoRevision } from '../watching/photo-revision.ts';

/**
 * The channel on which the nodes of a fleet tell each other what happened to photos. The migrations of the
 * database have it too.
 */
export const CHANNEL = 'photo_gateway';

const photo = { id: z.string(), revision: z.int() };
const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CODES, code);

const changed = z.object({
  kind: z.literal('changed'),
  ...photo,
  status: z.enum(['PROCESSING', 'READY', 'EXPIRED']),
});
const failed = z.object({
  kind: z.literal('failed'),
  ...photo,
  code: z.string().refine(isErrorCode).nullable(),
  text: z.string(),
  errno: z.int().optional(),
  retryAfterMs: z.number().optional(),
});
const unwanted = z.object({ kind: z.literal('unwanted'), id: z.string() });

const message = z.discriminatedUnion('kind', [changed, failed, unwanted]);

/**
 * What nodes tell each other. `changed`: the photo has this status now; the database itself says so
 * with each commit. `failed`: those who wait are told this error. `unwanted`: one node has nobody any
 * more who waits for this foreign id.
 */
export type Message = z.infer<typeof message>;

/** The database takes payloads of up to 8,000 bytes. */
const MAX_TEXT_LENGTH = 1000;

/** Parses a payload. Null for one that this version does not know. */
export function parseMessage(payload: string): Message | null {
  try {
    return message.safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    return null;
  }
}

export function failureMessage({ id, revision }: PhotoRevision, error: unknown): Message {
  const known = error instanceof GatewayError ? error : null;
  return {
    kind: 'failed',
    id,
    revision,
    code: known?.code ?? null,
    text: known?.message.slice(0, MAX_TEXT_LENGTH) ?? '',
    ...(known?.errno !== undefined && { errno: known.errno }),
    ...(known?.retryAfterMs !== undefined && { retryAfterMs: known.retryAfterMs }),
  };
}

/** The error that another node met. */
export function errorOf(told: Message & { kind: 'failed' }): Error {
  const { code, text, errno, retryAfterMs } = told;
  if (code === null) return new Error('The node that polled the photo failed');
  return new GatewayError(code, text, { errno, retryAfterMs });
}
