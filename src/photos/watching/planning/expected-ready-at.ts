import type { PhotoRecord } from '../../store/store.ts';
import type { LearnedPollStrategy } from './learned-poll-strategy.ts';

/**
 * Estimates when a photo that is not ready will be, after `nowMs`, which is in milliseconds since
 * 1970. Null if that cannot be said; see `PollStrategy.medianReadyAgeMs`.
 */
export function expectedReadyAt(
  photo: Pick<PhotoRecord, 'repairType' | 'sizeBytes' | 'uploadedAt'>,
  strategy: Pick<LearnedPollStrategy, 'of'>,
  nowMs: number,
): Date | null {
  if (photo.uploadedAt === null) return null;
  // If the clock was set back, the upload seems to be in the future. Its time then starts there.
  const ageMs = Math.max(0, nowMs - photo.uploadedAt.getTime());
  const readyAgeMs = strategy.of(photo).medianReadyAgeMs(ageMs);
  // A date has whole milliseconds: a remaining fraction must not round down to now.
  return readyAgeMs === null ? null : new Date(nowMs + Math.floor(readyAgeMs - ageMs) + 1);
}
