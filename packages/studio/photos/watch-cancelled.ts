import type { History } from './history.ts';
import type { PhotoList } from './photo-list.ts';

export interface CancelledUpload {
  readonly key: string;
  /** When it was first sent, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly list: Pick<PhotoList, 'get' | 'change'>;
  readonly history: Pick<History, 'loadNewest'>;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/**
 * When to look for a cancelled upload, in milliseconds after it was cancelled: soon, and once a
 * slow provider has responded.
 */
const CHECKS_MS = [1500, 6000, 20_000] as const;
/** The gateway's clock is known to the second. */
const CLOCK_ERROR_MS = 2000;

/**
 * Looks for the photo of an upload that was cancelled. A browser reports progress late: the rest
 * may have been sent between its last report and the cancelling. If such a photo appears, it is
 * shown, and is no longer called free.
 */
export async function watchCancelled(upload: CancelledUpload): Promise<void> {
  const { key, sentAt, list, history, signal } = upload;
  for (const delayMs of CHECKS_MS) {
    await pause(delayMs, signal);
    if (signal.aborted) return;
    const phase = list.get(key)?.phase;
    // If it was sent again, that upload reports itself.
    if (phase && phase.name !== 'chosen') return;
    const since = sentAt - CLOCK_ERROR_MS;
    const isPaid = (await history.loadNewest()).some((photo) => (photo.uploadedAt ?? 0) > since);
    if (isPaid && list.get(key)?.phase.name === 'chosen') {
      list.change(key, { phase: { name: 'chosen', cancelled: 'maybeCharged' } });
    }
  }
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    const timer = setTimeout(end, delayMs);
    signal.addEventListener('abort', end);
  });
}
