import { z } from 'zod';

const persistedQuery = z
  .object({ extensions: z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) }) })
  .transform(({ extensions }) => extensions.persistedQuery.sha256Hash);

const documentId = z.object({ documentId: z.string() }).transform((request) => request.documentId);

/** The hash in `extensions.persistedQuery`, or null. */
export function persistedHashOf(request: object): string | null {
  // Most requests have none, and a schema that does not fit takes longer than the rest of this.
  if (!Reflect.get(request, 'extensions')) return null;
  return persistedQuery.safeParse(request).data ?? null;
}

const identified = z.union([persistedQuery, documentId]);

/**
 * The id of the document that a request names instead of sending it: `extensions.persistedQuery`, as Apollo
 * Client and urql send it, or `documentId`, as in GraphQL over HTTP (appendix A). Null if the request names
 * none.
 */
export function documentIdOf(request: unknown): string | null {
  return identified.safeParse(request).data ?? null;
}
