import { z } from 'zod';
import type { ProviderQuota, UploadedPhoto } from './provider.ts';
import { wireInteger } from './wire-integer.ts';

/** One of the provider's calls: its path, and how its `data` on success is parsed into our own types. */
export interface Endpoint<Result> {
  readonly name: 'upload' | 'status' | 'resultUrl' | 'quota';
  readonly path: string;
  /** Accepts unknown extra fields and drops them. */
  readonly data: z.ZodType<Result>;
}

/** The form of a photo id (docs/contract.md, "Finer points"). */
const photoId = z.string().regex(/^[\w-]{1,128}$/);
/** Clients get it as a link, so a scheme such as `javascript:` must not get through. */
const webAddress = z.url({ protocol: /^https?$/, normalize: true });

export const uploadEndpoint: Endpoint<UploadedPhoto> = {
  name: 'upload',
  path: '/api/third/photo/upload',
  data: z
    // The id is paid for by now, so it is not thrown away because of a less important field.
    .object({ img_url: webAddress.nullable().catch(null), mdf: photoId })
    .transform((data) => ({ id: data.mdf, originalUrl: data.img_url })),
};

export const statusEndpoint: Endpoint<'PROCESSING' | 'READY'> = {
  name: 'status',
  path: '/api/third/photo/status',
  data: z
    .object({ status: wireInteger.pipe(z.literal([100, 200])) })
    .transform(({ status }) => (status === 200 ? 'READY' : 'PROCESSING')),
};

export const resultUrlEndpoint: Endpoint<string> = {
  name: 'resultUrl',
  path: '/api/third/photo/download',
  data: z.object({ url: webAddress }).transform(({ url }) => url),
};

export const quotaEndpoint: Endpoint<ProviderQuota> = {
  name: 'quota',
  path: '/api/third/company/nums',
  data: z
    .object({ code: z.string().min(1), nums: wireInteger.pipe(z.int32()) })
    .transform(({ code, nums }) => ({ accountCode: code, remaining: nums })),
};
