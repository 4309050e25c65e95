import type { Failure } from '../gateway/failure.ts';
import type { Words } from '../language/words.ts';
import type { QuotaLeft } from '../photos/studio.ts';

/** The header's text about what is left to spend. */
export interface QuotaText {
  readonly main: string;
  /** The visitor's allowance of today, or why the number may be old; null for neither. */
  readonly detail: string | null;
  readonly tone: 'asking' | 'calm' | 'warning';
}

export function quotaText(
  left: QuotaLeft | null,
  failure: Failure | null,
  { quota }: Words,
): QuotaText {
  if (left === null) {
    if (failure === null) return { main: quota.asking, detail: null, tone: 'asking' };
    const main = failure.code === 'UNAUTHENTICATED' ? quota.keyNeeded : quota.unknown;
    return { main, detail: null, tone: 'warning' };
  }
  const today = left.today && quota.today(left.today.remaining, left.today.limit);
  return {
    main: quota.left(left.remaining),
    detail: failure === null ? today : quota.stale,
    tone: left.spendable === 0 || failure !== null ? 'warning' : 'calm',
  };
}
