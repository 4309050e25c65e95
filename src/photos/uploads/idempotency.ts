import { setTimeout as delay } from 'node:timers/promises';
import { chargedBy, GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type {
  PhotoRecord,
  IdempotencyRecord,
  IdempotencyRecordKey,
  Store,
} from '../store/store.ts';
import type { ChargeReconciler } from './charge-reconciler.ts';

/** What became of an upload. */
export interface UploadResult {
  readonly photo: PhotoRecord;
  /** SHA-256 of the file that was sent; null where the provider took it before it had come whole. */
  readonly contentHash: string | null;
}

export interface KeyedUpload {
  readonly recordKey: IdempotencyRecordKey;
  /** Tells the arguments apart, the file aside. */
  readonly fingerprint: string;
  /** The period whose allowance it takes; null where it takes none. */
  readonly period: string | null;
  /**
   * Refuses an upload that is not to be sent, for what it is or when it comes; called before anything is noted of it,
   * and not for a key that is known.
   */
  readonly prepare: () => Promise<unknown>;
  /** Sends the picture and remembers its outcome; called at most once. */
  readonly send: () => Promise<UploadResult>;
  /** Reads the file of an upload that is not sent, and gives its hash; null where it did not come whole. */
  readonly readFile: () => Promise<string | null>;
}

export interface Idempotency {
  /**
   * Sends the upload, or gives the outcome of the one that came before under the same key: while that is
   * under way it is waited for, and failing or not its outcome is given; once it has succeeded, now or
   * before a restart, its photo is given; once it has failed the key is free.
   *
   * An upload that was not answered may still be charged until `settleMs` after its end. Then, and only on a
   * retry, the account tells whether it was; where it was not, the upload is sent again.
   * @throws `IDEMPOTENCY_KEY_REUSED` where the key came before with other arguments or another file;
   * `RATE_LIMITED` with `retryAfterMs` where it cannot be told yet whether the earlier upload was charged; what
   * the provider throws where it does not tell; `UPLOAD_FAILED` where the store does not;
   * `UPLOAD_OUTCOME_UNKNOWN` where the earlier upload may have been charged and its photo is lost. All of these but
   * the first say `charged: null`.
   */
  once(upload: KeyedUpload): Promise<PhotoRecord>;
}

export interface IdempotencyOptions {
  readonly store: Pick<
    Store,
    | 'recordKey'
    | 'beginIdempotencyRecord'
    | 'releaseIdempotencyRecord'
    | 'markUnknown'
    | 'photoOf'
    | 'returnUpload'
  >;
  readonly reconciler: Pick<ChargeReconciler, 'compare'>;
  /** How long after its end an upload that was not answered may still be charged. */
  readonly settleMs: number;
  /** Longest time for which a retry waits for that. @default 5000 */
  readonly patienceMs?: number;
  readonly log: Log;
  /** Ends all waiting. */
  readonly closing: AbortSignal;
}

/** When to ask again what the account shows while other uploads run. */
const UNDECIDED_RETRY_MS = 5000;

interface Settled extends UploadResult {
  /** Whether it was this very upload that was sent. */
  readonly sent: boolean;
}

type UnknownRecord = IdempotencyRecord & { readonly state: 'unknown' };

interface Running {
  readonly fingerprint: string;
  readonly settled: Promise<Settled>;
}

export function createIdempotency(options: IdempotencyOptions): Idempotency {
  const { store, reconciler, settleMs, patienceMs = 5000, log, closing } = options;
  const running = new Map<string, Running>();

  async function once(upload: KeyedUpload): Promise<PhotoRecord> {
    const slot = JSON.stringify([upload.recordKey.client, upload.recordKey.key]);
    const earlier = running.get(slot);
    if (earlier === undefined) return lead(slot, upload);
    checkFingerprint(earlier, upload);
    const [outcome, ownHash] = await Promise.all([earlier.settled, upload.readFile()]);
    return replay(outcome, ownHash);
  }

  async function lead(slot: string, upload: KeyedUpload): Promise<PhotoRecord> {
    const settled = settle(upload);
    // Noted before anything is awaited: a second attempt that comes at the same moment must find it.
    running.set(slot, { fingerprint: upload.fingerprint, settled });
    try {
      const outcome = await settled;
      return outcome.sent ? outcome.photo : replay(outcome, await upload.readFile());
    } finally {
      running.delete(slot);
    }
  }

  async function settle(upload: KeyedUpload): Promise<Settled> {
    const { recordKey } = upload;
    const earlier = await orUnknown(() => store.recordKey(recordKey));
    if (earlier !== null) {
      // Nothing of this upload is sent before it is known what the earlier one cost: until then no failure is free.
      const outcome = await orUnknown(() => settleEarlier(upload, earlier));
      if (outcome !== null) return outcome;
    }
    // A refused upload costs the disk nothing; a repeat gets its answer whatever comes with it.
    await upload.prepare();
    if ((await store.beginIdempotencyRecord(recordKey, upload)) !== null) throw underWay();
    return { ...(await run(upload)), sent: true };
  }

  /** What the earlier upload with this key has led to; null where it was not charged, and the key is free now. */
  async function settleEarlier(
    upload: KeyedUpload,
    earlier: IdempotencyRecord,
  ): Promise<Settled | null> {
    const { recordKey } = upload;
    checkFingerprint(earlier, upload);
    if (earlier.state === 'succeeded')
      return { ...(await recall(recordKey, earlier)), sent: false };
    if (earlier.state === 'running') throw underWay();
    await ruleOut(earlier);
    await store.releaseIdempotencyRecord(recordKey);
    if (earlier.period !== null) await store.returnUpload(recordKey.client, earlier.period);
    return null;
  }

  /** Makes every failure of `look` say that the earlier upload with the key may have been charged. */
  async function orUnknown<Result>(look: () => Promise<Result>): Promise<Result> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof GatewayError))
        log.error({ err: error }, 'What became of an earlier upload cannot be told');
      throw earlierUnknown(error);
    }
  }

  /** Resolves where the account shows that the earlier upload was not charged. */
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
      const forget = chargedBy(error) === null ? store.markUnknown : store.releaseIdempotencyRecord;
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
    // Attempts are forgotten long before photos.
    if (photo === null || photo === 'foreign') {
      throw new Error(`The photo ${photoId} of an attempt is not in the store`);
    }
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

function keyReused(what: string) {
  return new GatewayError(
    'IDEMPOTENCY_KEY_REUSED',
    `This idempotency key came before with ${what}: use a new key for a new upload.`,
  );
}

function underWay() {
  return new GatewayError(
    'UPLOAD_FAILED',
    'An upload with this idempotency key is under way, and may be charged: send it again in a moment.',
    { charged: null },
  );
}

function notSettled(retryAfterMs: number) {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return new GatewayError(
    'RATE_LIMITED',
    'The earlier upload with this idempotency key was not answered, and may still be charged. Nothing was sent ' +
      `now. Send it again with the same key in ${seconds} s.`,
    { charged: null, retryAfterMs },
  );
}

/** The failure to find out about the earlier upload, saying so. */
function earlierUnknown(cause: unknown): GatewayError {
  if (!(cause instanceof GatewayError)) {
    return new GatewayError(
      'UPLOAD_FAILED',
      'The gateway cannot tell at the moment whether an earlier upload with this idempotency key was charged. ' +
        'Nothing was sent now: send it again in a moment.',
      { cause, charged: null },
    );
  }
  const { code, message, errno, charged, retryAfterMs } = cause;
  if (charged === null || code === 'IDEMPOTENCY_KEY_REUSED') return cause;
  return new GatewayError(
    code,
    `${message} The earlier upload with this idempotency key may have been charged. Nothing was sent now.`,
    { cause, errno, retryAfterMs, charged: null },
  );
}

function outcomeUnknown() {
  return new GatewayError(
    'UPLOAD_OUTCOME_UNKNOWN',
    'The earlier upload with this idempotency key may have been charged, and its photo was lost on the way. ' +
      'Nothing was sent now. To upload the photo again, and perhaps pay twice, use a new key.',
    { charged: null },
  );
}
