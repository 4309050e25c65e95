import type { PhotoRecord } from '../../store/store.ts';
import type { LearnedPollStrategy } from './learned-poll-strategy.ts';

/**
 * When a photo that is not ready will likely be, after `nowMs`, which is in milliseconds since 1970. Null
 * where that cannot be said; see `Pace.medianReadyAgeMs`.
 */
export function expectedReadyAt(
  photo: Pick<PhotoRecord, 'repairType' | 'sizeBytes' | 'uploadedAt'>,
  strategy: Pick<LearnedPollStrategy, 'of'>,
  nowMs: number,
): Date | null {
  if (photo.uploadedAt === null) return null;
  // By a clock that was set back it is not uploaded yet: its time would begin with that in the future.
  const ageMs = Math.max(0, nowMs - photo.uploadedAt.getTime());
  const readyAgeMs = strategy.of(photo).medianReadyAgeMs(ageMs);
  // A date has whole milliseconds: what is left of one must not round down to now.
  return readyAgeMs === null ? null : new Date(nowMs + Math.floor(readyAgeMs - ageMs) + 1);
}
