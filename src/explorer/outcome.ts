import * as z from 'zod/mini';

/** What an answer tells about a photo. */
export interface Outcome {
  readonly id: string | null;
  readonly pictureUrl: string | null;
  /** Whether the photo is still being restored, so that one can wait for it. */
  readonly pending: boolean;
}

const address = z.nullish(z.object({ url: z.url({ protocol: /^https?$/ }) }));
const photo = z.nullish(
  z.object({
    id: z.optional(z.string()),
    status: z.optional(z.string()),
    downloadUrl: z.optional(address),
  }),
);
const answer = z.object({
  data: z.object({
    uploadPhoto: z.optional(photo),
    photoReady: z.optional(photo),
    photoStatus: z.optional(photo),
    downloadUrl: z.optional(address),
  }),
});
const identified = z.object({ id: z.string() });

/** Finds the photo in an answer of the example operations; `variables` tell the id where the answer does not. */
export function outcomeOf(response: string | null, variables: string | null): Outcome | null {
  const parsed = answer.safeParse(parseJson(response));
  if (!parsed.success) return null;
  const { uploadPhoto, photoReady, photoStatus, downloadUrl } = parsed.data.data;
  const found = uploadPhoto ?? photoReady ?? photoStatus;
  const asked = identified.safeParse(parseJson(variables));
  const id = found?.id ?? (asked.success ? asked.data.id : null);
  const pictureUrl = (found?.downloadUrl ?? downloadUrl)?.url ?? null;
  const pending = found?.status === 'PROCESSING';
  return found || downloadUrl ? { id, pictureUrl, pending } : null;
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
