import type { Words } from '../language/words.ts';

/** From here on it is late, in seconds: estimates are hardly ever off by more. */
const LATE_S = 8;

/**
 * The remaining time of a photo that is being restored, in steps that do not flicker: five seconds,
 * or a minute from a minute and a half on.
 *
 * @param expectedReadyAt - In milliseconds since 1970; null if unknown.
 */
export function timeLeft(expectedReadyAt: number | null, now: number, { photo }: Words): string {
  if (expectedReadyAt === null) return photo.restoring;
  const seconds = (expectedReadyAt - now) / 1000;
  if (seconds < -LATE_S) return photo.longerThanUsual;
  if (seconds < 1) return photo.anyMoment;
  if (seconds <= 10) return photo.secondsLeft(Math.ceil(seconds));
  if (seconds < 90) return photo.secondsLeft(Math.ceil(seconds / 5) * 5);
  return photo.minutesLeft(Math.ceil(seconds / 60));
}

/** The fraction of the expected time that has passed, from 0 to 1; null if unknown. */
export function shareDone(
  uploadedAt: number | null,
  expectedReadyAt: number | null,
  now: number,
): number | null {
  if (uploadedAt === null || expectedReadyAt === null || expectedReadyAt <= uploadedAt) return null;
  return Math.min(Math.max((now - uploadedAt) / (expectedReadyAt - uploadedAt), 0), 1);
}
