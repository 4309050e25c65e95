import { setTimeout as delay } from 'node:timers/promises';
import { chargedBy, GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type {
  IdempotencyRecord,
  IdempotencyRecordKey,
  PhotoRecord,
  Store,
} from '../store/store.ts';
import type { ChargeReconciler } from './charge-reconciler.ts';
import {
  earlierUnknown,
  keyReused,
  notSettled,
  outcomeUnknown,
  photoDeleted,
  underWay,
} from './idempotency-errors.ts';

/** The result of a successful upload. */
export interface UploadResult {
  readonly photo: PhotoRecord;
  /**
   * SHA-256 of the file that was sent; null if the provider accepted it before its end arrived, and for an
   * upload without a key.
   */
  readonly contentHash: string | null;
}

export interface KeyedUpload {
  readonly recordKey: IdempotencyRecordKey;
  /** Identifies the arguments, without the file. */
  readonly fingerprint: string;
  /** The period whose allowance the upload uses; null if it uses none. */
  readonly period: string | null;
  /**
   * Rejects an upload that must not be sent, because of what it is or when it comes. Called before
   * anything about the upload is stored, and not for a known key.
   */
  readonly prepare: () => Promise<unknown>;
  /** Sends the picture and stores the result. Called at most once. */
  readonly send: () => Promise<UploadResult>;
  /**
   * Reads the file of an upload that is not sent, and returns its hash; null if the file did not
   * arrive complete.
   */
  readonly readFile: () => Promise<string | null>;
}

export interface Idempotency {
  /**
   * Sends the upload, or returns the outcome of the earlier upload with the same key.
   * - If the earlier upload is running, its outcome is awaited and returned, success or failure. If it
   *   runs on another gateway and fails without a charge, this upload is sent.
   * - If it succeeded, now or before a restart, its photo is returned.
   * - If it failed, the key is free.
   *
   * An upload that was not answered may still be charged until `settleMs` after its end. After that
   * time, and only on a retry, the account shows whether it was charged. If it was not, the upload
   * is sent again.
   * @throws `IDEMPOTENCY_KEY_REUSED` if the key was used before with other arguments or another
   * file; `RATE_LIMITED` with `retryAfterMs` if it is not known yet whether the earlier upload was
   * charged; the provider's error, if the quota cannot be read; `UPLOAD_FAILED` if the store cannot
   * be read; `UPLOAD_OUTCOME_UNKNOWN` if the earlier upload may have been charged and its photo is
   * lost. All of these but the first say `charged: null`.
   */
  once(upload: KeyedUpload): Promise<PhotoRecord>;
}

export interface IdempotencyOptions {
  readonly store: Pick<
    Store,
    | 'findIdempotencyRecord'
    | 'beginIdempotencyRecord'
    | 'releaseIdempotencyRecord'
    | 'ruleOutIdempotencyRecord'
    | 'markIdempotencyRecordUnknown'
    | 'photoOf'
    | 'returnUpload'
  >;
  readonly reconciler: Pick<ChargeReconciler, 'compare'>;
  /** How long after its end an unanswered upload may still be charged, in milliseconds. */
  readonly settleMs: number;
  /** Longest time that a retry waits for `settleMs` to pass, in milliseconds. @default 5000 */
  readonly patienceMs?: number;
  /**
   * Longest wait for an upload that runs on another gateway, in milliseconds. No upload takes as long.
   * @default 600_000
   */
  readonly elsewherePatienceMs?: number;
  readonly log: Log;
  /** Ends all waiting. */
  readonly closing: AbortSignal;
}

/** The retry delay that a client gets while other uploads make the account undecided. */
const UNDECIDED_RETRY_MS = 5000;

interface Settled extends UploadResult {
  /** Whether this upload was sent, and not an earlier one with the same key. */
  readonly sent: boolean;
}

/** Times between two looks at an upload that runs on another gateway, in milliseconds. */
const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 500;

type UnknownRecord = IdempotencyRecord & { readonly state: 'unknown' };
type RunningRecord = IdempotencyRecord & { readonly state: 'running' };

interface Running {
  readonly fingerprint: string;
  readonly settled: Promise<Settled>;
}

export function createIdempotency(options: IdempotencyOptions): Idempotency {
  const { store, reconciler, settleMs, patienceMs = 5000, log, closing } = options;
  const { elsewherePatienceMs = 600_000 } = options;
  const running = new Map<string, Running>();

  async function once(upload: KeyedUpload): Promise<PhotoRecord> {
    const mapKey = JSON.stringify([upload.recordKey.client, upload.recordKey.key]);
    const earlier = running.get(mapKey);
    if (earlier === undefined) return lead(mapKey, upload);
    checkFingerprint(earlier, upload);
    const [outcome, ownHash] = await Promise.all([earlier.settled, upload.readFile()]);
    return replay(outcome, ownHash);
  }

  async function lead(mapKey: string, upload: KeyedUpload): Promise<PhotoRecord> {
    const settled = settle(upload);
    // Added before anything is awaited: a second upload with the key at the same moment must find it.
    running.set(mapKey, { fingerprint: upload.fingerprint, settled });
    try {
      const outcome = await settled;
      return outcome.sent ? outcome.photo : replay(outcome, await upload.readFile());
    } finally {
      running.delete(mapKey);
    }
  }

  async function settle(upload: KeyedUpload): Promise<Settled> {
    const { recordKey } = upload;
    let earlier = await orUnknown(() => store.findIdempotencyRecord(recordKey));
    for (;;) {
      if (earlier !== null) {
        // Nothing of this upload is sent before the cost of the earlier one is known. Until then no
        // failure is free.
        const known = earlier;
        const outcome = await orUnknown(() => settleEarlier(upload, known));
        if (outcome !== null) return outcome;
      }
      // Prepared before the record is stored, so that a rejected upload costs no disk write. Prepared
      // after the lookup, so that a repeat gets its answer whatever file comes with it.
      await upload.prepare();
      earlier = await store.beginIdempotencyRecord(recordKey, upload);
      if (earlier === null) return { ...(await run(upload)), sent: true };
    }
  }

  /** The result of the earlier upload with this key; null if the key is free, or may be. */
  async function settleEarlier(
    upload: KeyedUpload,
    earlier: IdempotencyRecord,
  ): Promise<Settled | null> {
    const { recordKey } = upload;
    checkFingerprint(earlier, upload);
    if (earlier.state === 'succeeded')
      return { ...(await recall(recordKey, earlier)), sent: false };
    if (earlier.state === 'running') {
      const ended = await ending(recordKey, earlier);
      return ended && settleEarlier(upload, ended);
    }
    await ruleOut(earlier);
    const free = await store.ruleOutIdempotencyRecord(recordKey, earlier.attempt);
    if (free && earlier.period !== null) await store.returnUpload(recordKey.client, earlier.period);
    return null;
  }

  /** The record of an upload that another gateway runs, once it has ended; null if it has failed. */
  async function ending(
    recordKey: IdempotencyRecordKey,
    { elsewhere }: RunningRecord,
  ): Promise<IdempotencyRecord | null> {
    // One of this gateway would be in `running`: its end could not be stored.
    if (!elsewhere) throw underWay();
    const lastAtMs = performance.now() + elsewherePatienceMs;
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_LOOK_MS)) {
      await delay(waitMs, undefined, { signal: closing }).catch(() => {
        throw underWay();
      });
      const record = await store.findIdempotencyRecord(recordKey);
      if (record?.state !== 'running') return record;
      if (performance.now() > lastAtMs) throw underWay();
    }
  }

  /** Runs `look`. Every failure says that the earlier upload with the key may have been charged. */
  async function orUnknown<Result>(look: () => Promise<Result>): Promise<Result> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof GatewayError))
        log.error({ err: error }, 'The outcome of an earlier upload cannot be determined');
      throw earlierUnknown(error);
    }
  }

  /** Resolves if the account shows that the earlier upload was not charged; else throws. */
  async function ruleOut({ snapshot, endedAgoMs }: UnknownRecord): Promise<void> {
    const settlesInMs = Math.max(0, settleMs - endedAgoMs);
    await delay(Math.min(settlesInMs, patienceMs), undefined, { signal: closing }).catch(
      () => undefined,
    );
    if (settlesInMs > patienceMs) throw notSettled(settlesInMs - patienceMs);
    const verdict = await reconciler.compare(snapshot);
    if (verdict === 'undecided') throw notSettled(UNDECIDED_RETRY_MS);
    if (verdict === 'unexplained') throw outcomeUnknown();
  }

  async function run({ recordKey, send }: KeyedUpload): Promise<UploadResult> {
    try {
      return await send();
    } catch (error) {
      const forget =
        chargedBy(error) === null
          ? store.markIdempotencyRecordUnknown
          : store.releaseIdempotencyRecord;
      await forget(recordKey).catch((fault: unknown) => {
        log.error({ err: fault }, 'A failed upload keeps its idempotency key until a restart');
      });
      throw error;
    }
  }

  async function recall(
    { client }: IdempotencyRecordKey,
    { photoId, contentHash }: IdempotencyRecord & { state: 'succeeded' },
  ) {
    const photo = await store.photoOf(client, photoId);
    // Idempotency records are purged long before photos, so it was deleted.
    if (photo === null || photo === 'foreign') throw photoDeleted();
    return { photo, contentHash };
  }

  return { once };
}

function replay({ photo, contentHash }: UploadResult, ownHash: string | null): PhotoRecord {
  if (contentHash !== null && ownHash !== null && contentHash !== ownHash) {
    throw keyReused('another file');
  }
  return photo;
}

function checkFingerprint(earlier: { readonly fingerprint: string }, upload: KeyedUpload) {
  if (earlier.fingerprint !== upload.fingerprint) throw keyReused('other arguments');
}
