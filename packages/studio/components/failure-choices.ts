import type { Failure } from '../gateway/failure.ts';

/** The actions that the page offers after a failure. */
export interface FailureChoices {
  readonly retry: boolean;
  /** Send again under another key, which may cost a second time. */
  readonly payAgain: boolean;
  /** The statement about the cost; null for none. */
  readonly cost: 'nothingCharged' | 'maybeCharged' | 'maybeChargedTwice' | null;
}

/** After these errors only a new key helps. */
const NEW_KEY_NEEDED = new Set(['UPLOAD_OUTCOME_UNKNOWN', 'IDEMPOTENCY_KEY_REUSED']);

/**
 * Not retryable as a call, but the same photo may succeed once somebody has topped up, repaired or
 * signed in.
 */
const RETRYABLE_ONCE_FIXED = new Set([
  'QUOTA_EXHAUSTED',
  'UPSTREAM_AUTH_FAILED',
  'UNAUTHENTICATED',
  'INTERNAL_SERVER_ERROR',
  'UNKNOWN',
]);

export function failureChoices(failure: Pick<Failure, 'code' | 'retryable' | 'charged'>) {
  const { code, retryable, charged } = failure;
  const payAgain = NEW_KEY_NEEDED.has(code);
  return {
    retry: !payAgain && (retryable || RETRYABLE_ONCE_FIXED.has(code)),
    payAgain,
    cost: costOf(charged, payAgain),
  } satisfies FailureChoices;
}

function costOf(charged: Failure['charged'], payAgain: boolean): FailureChoices['cost'] {
  if (payAgain && charged !== false) return 'maybeChargedTwice';
  if (charged === undefined) return null;
  return charged === false ? 'nothingCharged' : 'maybeCharged';
}
