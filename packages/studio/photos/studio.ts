import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Failure } from '../gateway/failure.ts';
import type { Repair, StudioPhoto } from './studio-photo.ts';

/** What is left to spend. */
export interface QuotaLeft {
  /** Uploads left of the gateway's account. */
  readonly remaining: number;
  /** The visitor's own share of them today; null where it has no limit. */
  readonly today: { readonly limit: number; readonly remaining: number } | null;
  /** How many uploads can be made now: the smaller of the two. */
  readonly spendable: number;
}

/** How the page reaches the gateway; `signed-out` where it wants an access key that it has not got. */
export type Connection = 'connected' | 'reconnecting' | 'signed-out';

/** How far the photos from before are loaded; `more` where the gateway remembers older ones. */
export type HistoryState = 'loading' | 'more' | 'complete' | 'failed';

/** Everything that the page shows and does. Its signals are made anew on every change, never mutated. */
export interface Studio {
  /** Picked photos that were not sent yet, in the order in which they were picked: `chosen` or `refused`. */
  readonly tray: ReadonlySignal<readonly StudioPhoto[]>;
  /** All other photos, newest first. */
  readonly gallery: ReadonlySignal<readonly StudioPhoto[]>;
  /** What is done to the photos of the tray when they are sent. */
  readonly repair: Signal<Repair>;
  /** Null until it has been asked. */
  readonly quota: ReadonlySignal<QuotaLeft | null>;
  /** Why the quota could not be asked; null where it could. */
  readonly quotaFailure: ReadonlySignal<Failure | null>;
  readonly connection: ReadonlySignal<Connection>;
  readonly history: ReadonlySignal<HistoryState>;
  /** The time by this browser's clock, in milliseconds since 1970: each second while something is awaited. */
  readonly now: ReadonlySignal<number>;
  /** The key that the gateway asks for; empty where there is none. */
  readonly accessKey: ReadonlySignal<string>;

  /** Puts files into the tray. */
  add(files: Iterable<File>): void;
  /** Takes a photo off the page: one that has not been sent, or whose upload failed. */
  remove(key: string): void;
  /** Uploads the whole tray with `repair`. Each that succeeds costs one upload. */
  send(): void;
  /** Ends the upload of a photo, which puts it back into the tray. One that has gone out whole goes on. */
  cancel(key: string): void;
  /** Tries again, under the same idempotency key: what was paid is not paid again. */
  retry(key: string): void;
  /** Uploads it anew under another key; it may be paid a second time. */
  payAgain(key: string): void;
  /** Asks where the restored picture is by now, and resolves with its address; null where there is none. */
  renewAddress(key: string): Promise<string | null>;
  /** Loads older photos. */
  loadMore(): void;
  /** Takes up everything that waits for an access key. */
  signIn(accessKey: string): void;
  /** Ends all timers, connections and object URLs. */
  close(): void;
}
