import type { Failure } from '../gateway/failure.ts';

/** What the page offers after a failure. */
export interface FailureChoices {
  readonly retry: boolean;
  /** Under another key, which may be paid a second time. */
  readonly payAgain: boolean;
  /** What is to be said of the cost; null for nothing. */
  readonly cost: 'nothingCharged' | 'maybeCharged' | 'maybeChargedTwice' | null;
}

/** Only a new key gets any further after these. */
const NEW_KEY_NEEDED = new Set(['UPLOAD_OUTCOME_UNKNOWN', 'IDEMPOTENCY_KEY_REUSED']);

/** Not retryable as a call, but once somebody has topped up, mended or signed in, the same photo may go. */
const MENDABLE = new Set([
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
    retry: !payAgain && (retryable || MENDABLE.has(code)),
    payAgain,
    cost: costOf(charged, payAgain),
  } satisfies FailureChoices;
}

function costOf(charged: Failure['charged'], payAgain: boolean): FailureChoices['cost'] {
  if (payAgain && charged !== false) return 'maybeChargedTwice';
  if (charged === undefined) return null;
  return charged === false ? 'nothingCharged' : 'maybeCharged';
}
