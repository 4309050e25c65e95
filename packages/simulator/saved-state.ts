import { z } from 'zod';

const byte = z.int().min(0).max(255);

const order = z.union([
  z.object({ repairType: z.enum(['sr', 'sr,repair', 'sr,repair,colour']) }),
  z.object({ repairType: z.literal('bg'), background: z.tuple([byte, byte, byte]).readonly() }),
]);

const picture = z.object({
  mdf: z.string().regex(/^[0-9a-f]{32}$/),
  order,
  originalName: z.string().regex(/^img\/[\w.-]+$/),
  /** The name of its file in the folder. */
  originalFile: z.uuid(),
  mediaType: z.string().regex(/^image\/[\w.+-]+$/),
  state: z.enum(['processing', 'ready', 'failed']),
  expiresAtMs: z.number().optional(),
});

const state = z.object({
  version: z.literal(1),
  port: z.int().min(1).max(65_535),
  uploadsLeft: z.int().min(0),
  pictures: z.array(picture),
});

/** What a simulator keeps over a restart, besides the files of its pictures. */
export type SavedState = z.infer<typeof state>;
export type SavedPicture = z.infer<typeof picture>;

/** @throws an Error for a text that is no state. */
export function parseState(text: string): SavedState {
  return state.parse(JSON.parse(text));
}
