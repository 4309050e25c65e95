import type { Photos } from '../photos/photos.ts';
import type { Principal } from '../photos/principal.ts';

/** What opens subscriptions for a client that can send no header. */
export interface EventSourceTicket {
  readonly token: string;
  readonly expiresAt: Date;
}

/** The context of every resolver, on every transport. */
export interface GraphQLContext {
  readonly photos: Photos;
  readonly principal: Principal;
  /**
   * The idempotency key that was sent outside the operation, in a header. Null if there is none.
   * @throws `BAD_USER_INPUT` if it is malformed.
   */
  readonly idempotencyKey: () => string | null;
  /** A new ticket for the principal. A subscription cannot get one. */
  readonly ticket: () => Promise<EventSourceTicket>;
  /** A signal that aborts when the client disconnects. It is created by the first call. */
  readonly signal: () => AbortSignal | undefined;
}
