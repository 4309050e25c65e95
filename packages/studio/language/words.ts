import type { RepairType } from '../photos/studio-photo.ts';

/**
 * The failures for which the page has its own text. The gateway masks all others as
 * `INTERNAL_SERVER_ERROR`.
 */
export type KnownFailure =
  | 'BAD_USER_INPUT'
  | 'UNSUPPORTED_FILE_TYPE'
  | 'QUOTA_EXHAUSTED'
  | 'UPLOAD_FAILED'
  | 'IMAGE_PROCESSING_FAILED'
  | 'PHOTO_NOT_FOUND'
  | 'PHOTO_NOT_READY'
  | 'PHOTO_EXPIRED'
  | 'ACCOUNT_NOT_FOUND'
  | 'UPSTREAM_AUTH_FAILED'
  | 'UPSTREAM_ERROR'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_INVALID_RESPONSE'
  | 'WAIT_TIMEOUT'
  | 'STORE_UNAVAILABLE'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'UPLOAD_OUTCOME_UNKNOWN'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'INTERNAL_SERVER_ERROR'
  | 'OFFLINE'
  | 'UNKNOWN';

/** The usual background colours of ID photos. */
export type SwatchName = 'white' | 'grey' | 'lightBlue' | 'blue' | 'red';

/** The words for a repair. */
export interface RepairWords {
  readonly name: string;
  readonly line: string;
  /** The label of a photo after this repair. */
  readonly done: string;
}

/** All texts of the page. Sizes are in bytes, points in time in milliseconds since 1970. */
export interface Words {
  /** A BCP 47 tag, for the document. */
  readonly locale: string;
  readonly title: string;
  readonly name: string;
  readonly explorer: string;
  readonly quota: {
    readonly asking: string;
    readonly left: (uploads: number) => string;
    readonly today: (remaining: number, limit: number) => string;
    readonly unknown: string;
    /** The note below a number that could not be refreshed. */
    readonly stale: string;
    readonly keyNeeded: string;
  };
  readonly access: {
    readonly title: string;
    readonly text: string;
    readonly label: string;
    readonly refused: string;
    readonly submit: string;
    /** The title and the note of a key that was accepted before. */
    readonly endedTitle: string;
    readonly ended: string;
  };
  /** The menu in the header. */
  readonly menu: {
    readonly open: string;
    readonly keyInUse: string;
    readonly signOut: string;
  };
  readonly reconnecting: string;
  readonly composer: {
    readonly title: string;
    readonly text: string;
    readonly choose: string;
    readonly hint: string;
    /** The hint where nothing can be dropped. */
    readonly hintOnTouch: string;
    readonly takePhoto: string;
    readonly dropAnywhere: string;
    readonly tray: string;
    readonly count: (photos: number, bytes: number) => string;
    readonly clear: string;
    readonly checking: string;
    readonly refusals: {
      readonly notPicture: string;
      readonly empty: string;
      readonly duplicate: string;
      readonly tooLarge: (maxBytes: number) => string;
      /** @param kind - A format such as HEIC. */
      readonly unreadable: (kind: string) => string;
    };
    readonly removeRefused: (files: number) => string;
    readonly converted: (kind: string) => string;
    readonly madeSmaller: (fromBytes: number, toBytes: number) => string;
    /** A photo that is in the gallery after the same repair. */
    readonly restoredBefore: string;
    /** @param others - How many more there are. */
    readonly andOthers: (names: readonly string[], others: number) => string;
    /** The cost of an upload that was cancelled. */
    readonly nothingCharged: string;
    readonly maybeCharged: string;
    /** What the button does. @param background - The name or the code of the colour. */
    readonly send: Readonly<Record<RepairType, (photos: number, background: string) => string>>;
    readonly empty: string;
    readonly keyFirst: string;
    readonly atWork: (photos: number) => string;
    readonly view: string;
    readonly cost: (photos: number, left: number) => string;
    readonly costOfToday: (photos: number, left: number) => string;
    readonly costOfUnknown: (photos: number) => string;
    readonly tooFew: (left: number, surplus: number) => string;
    readonly noneLeft: string;
    readonly noneLeftToday: string;
  };
  readonly samples: {
    readonly title: string;
    readonly portrait: string;
    readonly idPhoto: string;
  };
  /** What can be done with a restored photo. */
  readonly goOn: {
    readonly open: string;
    /** Restores the original in another way too. */
    readonly further: Readonly<Record<RepairType, string>>;
    readonly copy: string;
    readonly copied: string;
    readonly share: string;
    readonly failed: string;
    readonly delete: string;
    /** What deleting means: it is for good, and the charge stays. */
    readonly deleteMeans: string;
    readonly deleteNow: string;
    readonly keep: string;
    readonly deleteFailed: string;
  };
  readonly repair: { readonly legend: string } & Readonly<Record<RepairType, RepairWords>>;
  readonly background: {
    readonly legend: string;
    readonly another: string;
  } & Readonly<Record<SwatchName, string>>;
  readonly gallery: {
    readonly title: string;
    readonly loading: string;
    readonly older: string;
    readonly failed: string;
    readonly retry: string;
    readonly emptyTitle: string;
    readonly emptyText: string;
  };
  /** The photos that are restored together. */
  readonly batch: {
    readonly title: string;
    readonly progress: (ready: number, all: number) => string;
    readonly left: (durationMs: number) => string;
    readonly failed: (photos: number) => string;
    readonly cancelAll: string;
    readonly retryFailed: (photos: number) => string;
    readonly downloadAll: (photos: number) => string;
    readonly packing: (packed: number, all: number) => string;
    /** Photos that the zip lacks. */
    readonly notPacked: (photos: number) => string;
    readonly notify: string;
    readonly dismiss: string;
  };
  readonly photo: {
    /** The name of a photo without a file name. */
    readonly from: (uploadedAt: number) => string;
    readonly unnamed: string;
    /** The accessible name of an action on one photo among others. */
    readonly actionOn: (action: string, name: string) => string;
    readonly size: (bytes: number) => string;
    /** The day, or the time of day for today. */
    readonly day: (at: number) => string;
    readonly queued: string;
    readonly sent: (sentBytes: number, totalBytes: number) => string;
    readonly share: (sentBytes: number, totalBytes: number) => string;
    readonly uploading: string;
    readonly finishing: string;
    readonly interrupted: string;
    readonly restoring: string;
    readonly secondsLeft: (seconds: number) => string;
    readonly minutesLeft: (minutes: number) => string;
    readonly anyMoment: string;
    readonly longerThanUsual: string;
    readonly before: string;
    readonly after: string;
    readonly compare: string;
    /**
     * The position of the slider.
     * @param before - The fraction of the picture that shows the original, 0 to 1.
     */
    readonly shares: (before: number) => string;
    readonly missing: string;
    readonly keptUntil: (at: number) => string;
    readonly expired: string;
    readonly nothingCharged: string;
    readonly maybeCharged: string;
    readonly maybeChargedTwice: string;
    readonly waitFor: (durationMs: number) => string;
    readonly actions: {
      readonly open: string;
      readonly close: string;
      readonly download: string;
      readonly cancel: string;
      readonly goOn: string;
      readonly retry: string;
      readonly payAgain: string;
      readonly remove: string;
      readonly reload: string;
    };
  };
  /** The photo in the whole window. */
  readonly viewer: {
    readonly previous: string;
    readonly next: string;
    readonly zoomIn: string;
    readonly zoomOut: string;
    readonly fit: string;
    /** Shows the original while it is held. */
    readonly hold: string;
    readonly holdHint: string;
    /** @param scale - 1 for 100 %. */
    readonly percent: (scale: number) => string;
  };
  readonly announcements: {
    readonly added: (photos: number) => string;
    readonly sent: (photos: number) => string;
    readonly refused: (name: string, why: string) => string;
    readonly uploaded: (name: string) => string;
    readonly interrupted: (name: string) => string;
    readonly ready: (name: string) => string;
    readonly expired: (name: string) => string;
    readonly failed: (name: string, why: string) => string;
    /** @param cost - The sentence about the cost. */
    readonly cancelled: (name: string, cost: string) => string;
    readonly lost: string;
    readonly found: string;
  };
  /** The failure `FILE_TOO_LARGE`. @param maxBytes - The size of the largest file. */
  readonly tooLarge: (maxBytes: number) => string;
  readonly failures: Readonly<Record<KnownFailure, string>>;
}
