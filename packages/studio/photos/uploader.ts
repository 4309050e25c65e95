import { effect, untracked } from '@preact/signals';
import { failureOf, type Failure } from '../gateway/failure.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { UploadAttempt } from './upload-attempt.ts';
import { fromGateway } from './from-gateway.ts';
import type { PhotoList } from './photo-list.ts';
import type { Pictures } from './pictures.ts';
import type { Reachability } from './reachability.ts';
import type { PhotoStorage } from './photo-storage.ts';
import type { CancelledCost, StudioPhoto } from './studio-photo.ts';

/** Uploads the photos of the list that are queued. */
export interface Uploader {
  /**
   * Queues a photo of the list. A different repair is a different upload, with its own key.
   *
   * @param mayBePaid - Whether it was sent before this page, with an unknown result.
   * @default false
   */
  queue(photo: StudioPhoto, attempt: UploadAttempt, mayBePaid?: boolean): void;
  attemptOf(key: string): UploadAttempt | null;
  /** Takes over an upload that was cancelled before this page, and may have been paid. */
  remember(key: string, attempt: UploadAttempt): void;
  /**
   * Cancels the upload of a photo. Resolves with what it may have cost, once the browser has
   * forgotten it. Its idempotency key is kept for the next time. Null if all of it has been sent: it
   * may be paid by now, so it goes on.
   */
  cancel(key: string): Promise<CancelledCost> | null;
  /** Forgets a photo. */
  forget(key: string): void;
  close(): void;
}

export interface UploaderOptions {
  readonly list: PhotoList;
  readonly pictures: Pick<Pictures, 'of'>;
  readonly storage: Pick<PhotoStorage, 'save' | 'remove'>;
  readonly gateway: Pick<Gateway, 'upload' | 'clock'>;
  readonly reachability: Pick<Reachability, 'connection'>;
  /** Whose photos are sent now. */
  readonly owner: () => string;
  /**
   * Called when an upload has ended, with or without success: what is left to spend may have
   * changed.
   */
  readonly onSettled: () => void;
}

interface Run {
  readonly aborting: AbortController;
  /**
   * Whether all of it has been sent, as far as the browser reports. It cannot be cancelled then.
   */
  isSent: boolean;
}

/** A browser has six connections. The others are for pictures and queries. */
const AT_ONCE = 3;
/** An upload that never gets through must not be sent for ever. */
const MAX_BREAKS = 5;
const RATE_LIMIT_MS = 2000;
/** A longer limit, such as for the rest of the day, is for the visitor to retry. */
const LONGEST_RATE_LIMIT_MS = 60_000;

export function createUploader(options: UploaderOptions): Uploader {
  const { list, pictures, storage, gateway, reachability, owner, onSettled } = options;
  const attempts = new Map<string, UploadAttempt>();
  const running = new Map<string, Run>();
  /** The idempotency keys of uploads that were sent completely and whose result is unknown. */
  const unknownResults = new Set<string>();
  /** Number of consecutive times that an upload broke or was rejected. */
  const breaks = new Map<string, number>();
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();

  function startQueued() {
    if (reachability.connection.value !== 'connected') return;
    const queued = list.gallery.value.filter(
      ({ key, phase }) => phase.name === 'queued' && !waiting.has(key) && !running.has(key),
    );
    const next = queued.slice(0, AT_ONCE - running.size);
    untracked(() => next.forEach((photo) => void run(photo)));
  }

  function resumeInterrupted() {
    if (reachability.connection.value !== 'connected') return;
    for (const { key, phase } of list.gallery.peek()) {
      if (phase.name === 'interrupted') list.change(key, { phase: { name: 'queued' } });
    }
  }

  async function run({ key, name, sizeBytes, place }: StudioPhoto) {
    const attempt = attempts.get(key);
    const picture = pictures.of(key);
    if (!attempt || !picture) return;
    const current: Run = { aborting: new AbortController(), isSent: false };
    const { signal } = current.aborting;
    running.set(key, current);
    list.change(key, {
      phase: { name: 'uploading', sentBytes: 0, totalBytes: sizeBytes ?? picture.size },
    });
    const { repair, idempotencyKey, sentAt } = attempt;
    const { type: repairType, background } = repair;
    const upload = { repairType, background, idempotencyKey, sentAt };
    const stored = { key, picture, name, place, owner: owner(), ...upload };
    try {
      // Before the first byte is sent: otherwise a page that is left now would not know what it had
      // paid.
      await storage.save({ ...stored, id: null });
      signal.throwIfAborted();
      const uploaded = await gateway.upload({
        file: picture,
        name,
        repair,
        idempotencyKey,
        signal,
        onProgress(sent) {
          current.isSent = sent.sentBytes >= sent.totalBytes;
          list.change(key, { phase: { name: 'uploading', ...sent } });
        },
      });
      breaks.delete(key);
      unknownResults.delete(idempotencyKey);
      forgetOthers(key, uploaded.id);
      list.change(key, fromGateway({ ...uploaded, background }, gateway.clock));
      await storage.save({ ...stored, id: uploaded.id });
      onSettled();
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureOf(error);
      const isUnanswered = failure.code === 'OFFLINE' && current.isSent;
      if (isUnanswered || failure.charged === null) unknownResults.add(idempotencyKey);
      fail(key, failure);
    } finally {
      running.delete(key);
      startQueued();
    }
  }

  /** The provider may give the same picture the same id. The gateway then has one photo of it. */
  function forgetOthers(key: string, id: string) {
    const other = list.byId(id);
    if (other && other.key !== key) list.remove(other.key);
  }

  function fail(key: string, failure: Failure) {
    const broken = (breaks.get(key) ?? 0) + 1;
    breaks.set(key, broken);
    if (failure.code === 'UNAUTHENTICATED') {
      list.change(key, { phase: { name: 'queued' } });
    } else if (failure.code === 'OFFLINE' && broken < MAX_BREAKS) {
      list.change(key, { phase: { name: 'interrupted' } });
    } else if (isSoonOver(failure) && broken < MAX_BREAKS) {
      list.change(key, { phase: { name: 'queued' } });
      waiting.set(key, setTimeout(retryNow, failure.retryAfterMs ?? RATE_LIMIT_MS, key));
    } else {
      list.change(key, { phase: { name: 'failed', failure } });
      if (failure.charged === false) void storage.remove(key);
      onSettled();
    }
  }

  function retryNow(key: string) {
    waiting.delete(key);
    startQueued();
  }

  function end(key: string) {
    clearTimeout(waiting.get(key));
    waiting.delete(key);
    running.get(key)?.aborting.abort();
  }

  function cancel(key: string): Promise<CancelledCost> | null {
    if (running.get(key)?.isSent) return null;
    end(key);
    onSettled();
    const isUnknown = unknownResults.has(attempts.get(key)?.idempotencyKey ?? '');
    // Otherwise it would be sent after all when the page is opened again.
    return storage.remove(key).then(() => (isUnknown ? 'maybeCharged' : 'nothingCharged'));
  }

  const stops = [effect(startQueued), effect(resumeInterrupted)];
  return {
    queue({ key }, attempt, mayBePaid = false) {
      attempts.set(key, attempt);
      if (mayBePaid) unknownResults.add(attempt.idempotencyKey);
      breaks.delete(key);
      list.change(key, { repair: attempt.repair, phase: { name: 'queued' } });
    },
    remember(key, attempt) {
      attempts.set(key, attempt);
      unknownResults.add(attempt.idempotencyKey);
    },
    attemptOf: (key) => attempts.get(key) ?? null,
    cancel,
    forget(key) {
      end(key);
      unknownResults.delete(attempts.get(key)?.idempotencyKey ?? '');
      attempts.delete(key);
      breaks.delete(key);
      void storage.remove(key);
    },
    close() {
      for (const stop of stops) stop();
      for (const key of [...running.keys(), ...waiting.keys()]) end(key);
    },
  };
}

function isSoonOver({ code, retryAfterMs = RATE_LIMIT_MS }: Failure): boolean {
  return code === 'RATE_LIMITED' && retryAfterMs <= LONGEST_RATE_LIMIT_MS;
}
