/** Tells new events from those that were just reported. */
export interface Repetitions {
  /**
   * The number of events of this kind that were held back since it was last reported. Null if this one must
   * be held back too.
   */
  next(kind: string): number | null;
}

const REPORT_INTERVAL_MS = 10_000;
/**
 * The most kinds that are remembered. Beyond that the oldest is forgotten, and reported again when it recurs.
 */
const MAX_KINDS = 100;

export function createRepetitions(): Repetitions {
  const kinds = new Map<string, { readonly reportedAtMs: number; heldBack: number }>();

  function next(kind: string): number | null {
    const known = kinds.get(kind);
    if (known !== undefined && performance.now() - known.reportedAtMs < REPORT_INTERVAL_MS) {
      known.heldBack += 1;
      return null;
    }
    kinds.delete(kind);
    const [oldest] = kinds.keys();
    if (kinds.size >= MAX_KINDS && oldest !== undefined) kinds.delete(oldest);
    kinds.set(kind, { reportedAtMs: performance.now(), heldBack: 0 });
    return known?.heldBack ?? 0;
  }

  return { next };
}
