import { GatewayError } from '../common/errors.ts';
import type { Photo } from '../photos/photo.ts';
import type { Photos } from '../photos/photos.ts';

/** The arguments by which a connection is paged, as Relay's cursor specification names them. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export type PageQuery = Parameters<Photos['list']>[1];

type Page = Awaited<ReturnType<Photos['list']>>;

const DEFAULT_SIZE = 20;

/**
 * What to ask the store for. The last photos of a list are the first of the same list in reverse.
 * @throws `BAD_USER_INPUT` if both ends are asked for.
 */
export function pageQueryOf(
  { first = null, after = null, last = null, before = null }: PageArguments,
  status: PageQuery['status'],
): PageQuery {
  if (last === null) {
    return { from: 'newest', first: first ?? DEFAULT_SIZE, after, until: before, status };
  }
  if (first !== null) throw bothEnds();
  return { from: 'oldest', first: last, after: before, until: after, status };
}

/**
 * The connection with a page. Whether there is more on the other side of the page costs another query to
 * know; the specification allows to tell it by the cursors that were given.
 */
export function connectionOf({ from, after, until = null }: PageQuery, page: Page) {
  const isReversed = from === 'oldest';
  const listed = page.entries.map(({ photo, cursor }): { node: Photo; cursor: string } => ({
    node: photo,
    cursor,
  }));
  const edges = isReversed ? listed.toReversed() : listed;
  return {
    edges,
    pageInfo: {
      hasNextPage: isReversed ? after !== null : page.hasNextPage || until !== null,
      hasPreviousPage: isReversed ? page.hasNextPage || until !== null : after !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function bothEnds() {
  return new GatewayError('BAD_USER_INPUT', 'first and last exclude each other: leave one out.');
}
