import { PhotosDocument, type PhotosQuery } from '../../schema/typed/graphql.ts';
import { dataOf, send } from './graphql-client.ts';

/** The ids of the client's photos that are kept for good, sorted. */
export async function archivedIds(target: {
  readonly endpoint: string;
}): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { photos }: PhotosQuery = dataOf(
      await send(target, PhotosDocument, { first: 100, after }),
    );
    for (const { node } of photos.edges)
      if (node.status === 'READY' && node.expiresAt === null) ids.push(node.id);
    after = photos.pageInfo.hasNextPage ? (photos.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  return ids.toSorted();
}
