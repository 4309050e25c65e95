import * as z from 'zod/mini';
import { parseJson } from './answer.ts';

/** The photos in a result. */
export interface ResultPhotos {
  /** The photo of the result; null if there is none, or more than one. */
  readonly id: string | null;
  /** Null if the result does not contain it. */
  readonly status: string | null;
  /** The address of the restored picture. */
  readonly pictureUrl: string | null;
  /** The address at which the provider keeps the picture as it was sent. */
  readonly originalUrl: string | null;
  /** The photos of a list, in its order. */
  readonly listed: readonly ListedPhoto[];
  /** The code of the first error. */
  readonly code: string | null;
}

export interface ListedPhoto {
  readonly id: string;
  readonly status: string | null;
  readonly name: string | null;
  /** The address of the restored picture. */
  readonly pictureUrl: string | null;
}

const webAddress = z.url({ protocol: /^https?$/ });
const downloadUrl = z.nullish(z.object({ url: webAddress }));
const photo = z.nullish(
  z.object({
    id: z.optional(z.string()),
    status: z.optional(z.string()),
    name: z.nullish(z.string()),
    originalUrl: z.nullish(webAddress),
    downloadUrl,
  }),
);
const list = z.nullish(z.object({ edges: z.optional(z.array(z.object({ node: photo }))) }));
const answer = z.object({
  data: z.nullish(
    z.object({
      uploadPhoto: photo,
      photoReady: photo,
      photosReady: photo,
      photoStatus: photo,
      photo,
      downloadUrl,
      photos: list,
    }),
  ),
  errors: z.optional(
    z.array(z.object({ extensions: z.optional(z.object({ code: z.optional(z.string()) })) })),
  ),
});
const identified = z.object({ id: z.string().check(z.minLength(1)) });

/**
 * Finds the photos in a result of the example operations. The id comes from `variables` if the
 * result does not contain it.
 */
export function photosInResult(
  response: string | null,
  variables: string | null,
): ResultPhotos | null {
  const parsed = answer.safeParse(parseJson(response ?? ''));
  if (!parsed.success) return null;
  const { data, errors } = parsed.data;
  const found =
    data?.uploadPhoto ?? data?.photoReady ?? data?.photosReady ?? data?.photoStatus ?? data?.photo;
  return {
    id: found?.id ?? (data?.photos ? null : requestedId(variables)),
    status: found?.status ?? null,
    pictureUrl: (found?.downloadUrl ?? data?.downloadUrl)?.url ?? null,
    originalUrl: found?.originalUrl ?? null,
    listed: (data?.photos?.edges ?? []).flatMap(({ node }) => listedOf(node)),
    code: errors?.[0]?.extensions?.code ?? null,
  };
}

function listedOf(node: z.infer<typeof photo>): readonly ListedPhoto[] {
  if (node?.id === undefined) return [];
  const { id, status = null, name = null } = node;
  return [{ id, status, name, pictureUrl: node.downloadUrl?.url ?? null }];
}

/** The id of the photo that an operation asks for. */
export function requestedId(variables: string | null): string | null {
  const asked = identified.safeParse(parseJson(variables ?? ''));
  return asked.success ? asked.data.id : null;
}
