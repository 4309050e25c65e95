import type { ReadonlySignal, Signal } from '@preact/signals';
import type { FileLimits } from '../files/judge-file.ts';
import type { Failure } from '../gateway/failure.ts';
import type { Batch } from './batch.ts';
import type { Half } from './small-pictures.ts';
import type { Repair, StudioPhoto } from './studio-photo.ts';

/** What is left to spend. */
export interface QuotaLeft {
  /** Uploads left of the gateway's account. */
  readonly remaining: number;
  /** The visitor's own allowance today; null if there is no limit. */
  readonly today: { readonly limit: number; readonly remaining: number } | null;
  /** The number of uploads that can be made now: the smaller of the two. */
  readonly spendable: number;
}

/**
 * The page's connection to the gateway. `signed-out`: the gateway requires an access key that the
 * page does not have.
 */
export type Connection = 'connected' | 'reconnecting' | 'signed-out';

/** The progress of loading the photos from before. `more`: the gateway has older ones. */
export type HistoryState = 'loading' | 'more' | 'complete' | 'failed';

/**
 * The state and the actions of the page. Signals get a new value on every change, and are never
 * mutated.
 */
export interface Studio {
  /** Picked photos that were not sent yet, in the order of picking: `checking`, `chosen` or `refused`. */
  readonly tray: ReadonlySignal<readonly StudioPhoto[]>;
  /** All other photos, newest first. */
  readonly gallery: ReadonlySignal<readonly StudioPhoto[]>;
  /** The photos that are being restored together, and those of them that are done. */
  readonly batch: ReadonlySignal<Batch>;
  /** The repair of the tray's photos when they are sent. */
  readonly repair: Signal<Repair>;
  /** Null before the first response. */
  readonly quota: ReadonlySignal<QuotaLeft | null>;
  /** Why the quota request failed; null if it did not. */
  readonly quotaFailure: ReadonlySignal<Failure | null>;
  readonly connection: ReadonlySignal<Connection>;
  readonly history: ReadonlySignal<HistoryState>;
  /**
   * The time by this browser's clock, in milliseconds since 1970. It ticks every second while
   * something is awaited.
   */
  readonly now: ReadonlySignal<number>;
  /** The access key for the gateway; empty if there is none. */
  readonly accessKey: ReadonlySignal<string>;
  /** Whether the gateway has accepted it before. */
  readonly wasKeyAccepted: ReadonlySignal<boolean>;
  /** The files that the gateway accepts. */
  readonly limits: ReadonlySignal<FileLimits>;

  /** Puts files into the tray, and checks and converts them there. */
  add(files: Iterable<File>): void;
  /** Sends a photo at once with a repair, if it can be sent now; else it stays in the tray. */
  restoreSample(file: File, repair: Repair): void;
  /** Whether the original of a photo can be sent again. */
  hasOriginal(photo: StudioPhoto): boolean;
  /**
   * Puts the original of a photo into the tray again, and chooses a repair. Resolves with whether
   * it could be fetched.
   */
  reuse(key: string, repair: Repair): Promise<boolean>;
  /** Removes a photo from the page: one that has not been sent, or whose upload failed. */
  remove(key: string): void;
  /**
   * Deletes a photo at the gateway and here, for good. Resolves with whether it is gone. What it
   * cost is not given back.
   */
  deletePhoto(key: string): Promise<boolean>;
  /** Uploads the whole tray with `repair`. Each success costs one upload. */
  send(): void;
  /**
   * Cancels the upload of a photo and puts it back into the tray. An upload that was sent
   * completely goes on.
   */
  cancel(key: string): void;
  /** Tries again, under the same idempotency key: what was paid is not paid again. */
  retry(key: string): void;
  /** Uploads it again under another key. It may be paid a second time. */
  payAgain(key: string): void;
  /** Resolves with the current address of the restored picture; null if there is none. */
  renewAddress(key: string): Promise<string | null>;
  /** The address of a small copy of a picture (`SmallPictures.address`). */
  smallPicture(photo: StudioPhoto, half: Half): Promise<string | null>;
  /** Forgets the photos of a batch that is over. */
  dismissBatch(): void;
  /** Loads older photos. */
  loadMore(): void;
  /** Resumes everything that waits for an access key. */
  signIn(accessKey: string): void;
  /** Forgets the key and all that this browser has stored, and loads the page anew. */
  signOut(): void;
  /** Ends all timers and connections, and revokes all object URLs. */
  close(): void;
}
