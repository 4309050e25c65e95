import type { Delivery, DeliveryState, EventType } from './delivery.ts';

/** What came of an attempt. */
export type Outcome =
  | { readonly state: 'delivered' }
  /** It is tried again after `delayMs`. */
  | { readonly state: 'waiting'; readonly delayMs: number; readonly reason: string }
  /** It is given up. */
  | { readonly state: 'failed'; readonly reason: string };

/** A delivery as an operator sees it. */
export interface ListedDelivery extends Pick<Delivery, 'id' | 'receiver' | 'photoId' | 'attempts'> {
  readonly type: EventType;
  readonly state: DeliveryState;
  readonly occurredAt: Date;
  /** Why the last attempt failed; null if none did. */
  readonly reason: string | null;
}

export interface DeliveryFilter {
  /** @default any */
  readonly state?: DeliveryState | undefined;
  /** @default any */
  readonly receiver?: string | undefined;
}

export interface Backlog {
  /** Deliveries that wait for their first or next attempt. */
  readonly waiting: number;
  /** How long ago the event of the oldest of them was stored, in milliseconds; null if none waits. */
  readonly oldestMs: number | null;
}

export interface OutboxLimits {
  /** Deliveries that succeeded longer ago than this are deleted, in milliseconds. */
  readonly deliveredMs: number;
  /** All others that did not change for longer than this are deleted, in milliseconds. */
  readonly othersMs: number;
  /** Of those that succeeded, at most about this many are kept, the newest. */
  readonly maxDelivered: number;
  /** Of those that were given up, likewise. */
  readonly maxFailed: number;
  /** At most this many rows are deleted. */
  readonly maxRows: number;
}

/**
 * The webhooks of the store: what is to be sent to whom. Deliveries are added by the transactions that
 * change photos (see `Audience`). All durations are by the store's clock.
 */
export interface Outbox {
  /**
   * Adds `photo.expired` for photos whose time is over by the clock alone, which no change tells. At most
   * `maxRows`. @returns for how many.
   */
  addExpired(maxRows: number): Promise<number>;
  /** The receivers for which a delivery is due, and how long until another one is; null for none. */
  due(): Promise<{ readonly receivers: readonly string[]; readonly nextInMs: number | null }>;
  /**
   * Takes up to `limit` deliveries of a receiver that are due, oldest first. One of a photo for which an
   * earlier one waits is not taken. No other process gets them, until `settle`, or until this one is dead.
   * @param held the ids of deliveries that this process works on. Any other that it took is free again.
   */
  claim(receiver: string, limit: number, held: ReadonlySet<string>): Promise<readonly Delivery[]>;
  /** Stores what came of an attempt of a delivery that was taken. One that is not held is left as it is. */
  settle(id: string, outcome: Outcome): Promise<void>;
  /** Gives back a delivery that was taken and not attempted. */
  release(id: string): Promise<void>;
  /**
   * Gives up what waits for a receiver and has not changed for `unchangedMs`.
   * @returns how many were given up.
   */
  giveUp(receiver: string, reason: string, unchangedMs: number): Promise<number>;
  /**
   * Lets those be due whose earlier one has ended, which `settle` does too. For those that it missed: the
   * earlier one was given up, or ended just when the later one was added. @returns how many.
   */
  unblock(): Promise<number>;
  /** Gives up the oldest that wait for one receiver, above `maxWaiting`. @returns how many. */
  trim(maxWaiting: number, reason: string): Promise<number>;
  backlog(): Promise<Backlog>;
  /** The receivers that are disabled, each with the hash of the address that it had. */
  disabled(): Promise<ReadonlyMap<string, string>>;
  disable(receiver: string, addressHash: string): Promise<void>;
  /** @returns false if the receiver was not disabled. */
  enable(receiver: string): Promise<boolean>;
  /** The newest deliveries first, at most `maxRows`. */
  list(filter: DeliveryFilter, maxRows: number): Promise<readonly ListedDelivery[]>;
  /**
   * Lets deliveries that ended be sent again, from the first attempt on.
   * @param ids null for all that failed.
   * @returns how many.
   */
  resend(ids: readonly string[] | null, receiver?: string): Promise<number>;
  /** Deletes old deliveries, in one step. @returns how many. */
  purge(limits: OutboxLimits): Promise<number>;
}
