import { z } from 'zod';

/** What is said to the process of the provider. */
export const order = z.union([
  z.object({ times: z.object({ fromMs: z.number(), toMs: z.number() }) }),
  z.object({ report: z.literal(true) }),
]);

export type Order = z.infer<typeof order>;

/** What the process of the provider says once, when it serves. */
export const serving = z.object({ url: z.string() });

/** What it answers to `report`. */
export const report = z.object({
  calls: z.object({
    uploads: z.number(),
    status: z.number(),
    download: z.number(),
    quota: z.number(),
    uploadedBytes: z.number(),
  }),
  photos: z.array(
    z.object({
      id: z.string(),
      uploadedAtMs: z.number(),
      readyAtMs: z.number(),
      polls: z.number(),
    }),
  ),
});

export type ProviderReport = z.infer<typeof report>;
