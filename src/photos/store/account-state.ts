/** The account as the provider reported it, before the end of a picture was sent. */
export interface AccountSnapshot {
  /** Uploads left. */
  readonly remaining: number;
  /** Uploads that counted as charged by then; see `Store.completedUploads`. */
  readonly completedUploads: number;
}

/** What the quota is compared with. Of all gateways that share the store, at one moment. */
export interface AccountState {
  /** Uploads that are open now. */
  readonly runningUploads: number;
  /** Counts the uploads that were ever opened. */
  readonly startedUploads: number;
  /** See `Store.completedUploads`. */
  readonly completedUploads: number;
  /** How long ago the last upload succeeded at the latest, by the store's own clock, in milliseconds. */
  readonly succeededAgoMs: number;
  /** The last one taken; null if there was never one. */
  readonly snapshot: AccountSnapshot | null;
}
