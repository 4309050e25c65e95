/** Tells what is new from what was told just now. */
export interface Repetitions {
  /** How many of this kind were held back since it was told last; null where this one is to be held back too. */
  next(kind: string): number | null;
}

const TELL_AGAIN_MS = 10_000;
/** Kinds that are known at a time; with more of them, the oldest are told anew. */
const MAX_KINDS = 100;

export function createRepetitions(): Repetitions {
  const kinds = new Map<string, { readonly toldAtMs: number; heldBack: number }>();

  function next(kind: string): number | null {
    const known = kinds.get(kind);
    if (known !== undefined && performance.now() - known.toldAtMs < TELL_AGAIN_MS) {
      known.heldBack += 1;
      return null;
    }
    kinds.delete(kind);
    const [oldest] = kinds.keys();
    if (kinds.size >= MAX_KINDS && oldest !== undefined) kinds.delete(oldest);
    kinds.set(kind, { toldAtMs: performance.now(), heldBack: 0 });
    return known?.heldBack ?? 0;
  }

  return { next };
}
