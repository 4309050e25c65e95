import type { StudioPhoto } from './studio-photo.ts';

/** What is known of a batch. */
export interface BatchPace {
  readonly photos: readonly Pick<StudioPhoto, 'phase' | 'expectedReadyAt'>[];
  readonly atWork: number;
  readonly ready: number;
  /** When the first began, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** Fewer that are ready say little about the others. */
const PACE_FROM = 2;

/**
 * How long a batch will probably still take, in milliseconds: by what the gateway expects of the
 * photos that it has, and by the pace so far for those that it has not. Null if unknown.
 */
export function batchTimeLeft(
  { photos, atWork, ready, startedAt }: BatchPace,
  now: number,
): number | null {
  const restoring = photos.filter(({ phase }) => phase.name === 'processing');
  const expected = restoring.flatMap(({ expectedReadyAt }) => expectedReadyAt ?? []);
  const isAllKnown = expected.length === atWork;
  const byExpectation = expected.length > 0 ? Math.max(...expected) - now : null;
  const byPace = ready >= PACE_FROM ? ((now - startedAt) / ready) * atWork : null;
  if (isAllKnown || byPace === null) return isAllKnown ? positive(byExpectation) : null;
  return positive(Math.max(byPace, byExpectation ?? 0));
}

function positive(durationMs: number | null): number | null {
  return durationMs !== null && durationMs > 0 ? durationMs : null;
}
