import type { Photos } from '../photos/photos.ts';

/** What every resolver gets, whichever transport the operation came by. */
export interface GraphQLContext {
  readonly photos: Photos;
  /** Ends when the client goes away. */
  readonly signal?: AbortSignal | undefined;
}
