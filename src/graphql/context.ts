import type { Principal } from '../photos/principal.ts';
import type { Photos } from '../photos/photos.ts';

/** What every resolver gets, whichever transport the operation came by. */
export interface GraphQLContext {
  readonly photos: Photos;
  readonly principal: Principal;
  /**
   * The key that came beside the operation rather than in it; null where none did.
   * @throws `BAD_USER_INPUT` where it is malformed.
   */
  readonly idempotencyKey: () => string | null;
  /** Ends when the client goes away. */
  readonly signal?: AbortSignal | undefined;
}
