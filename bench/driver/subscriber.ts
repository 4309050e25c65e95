/** One who waits for a photo, on a connection of their own or beside others. */
export interface Subscribers extends Disposable {
  /** Resolves when the server knows that it waits. */
  readonly subscribed: Promise<void>;
}

export interface SubscriptionOptions {
  readonly endpoint: URL;
  /** Ids of photos; for each there is one subscription. */
  readonly ids: readonly string[];
  /** The subscription, with the variable `$id`. */
  readonly query: string;
  /**
   * A photo that is ready. With it, `subscribed` is proved by its event, for which the connection
   * subscribes last; without it, by the server having read the subscriptions.
   */
  readonly proofId?: string;
  /** Called with each event, and when it came, by `nowMs`. */
  readonly onEvent: (id: string, atMs: number) => void;
  /** Called if the connection ends, or the server tells of an error, before it is disposed. */
  readonly onError: (error: Error) => void;
}

export const PHOTO_READY = 'subscription ($id: ID!) { photoReady(id: $id) { id } }';
