import type { Failure } from '../gateway/failure.ts';
import { failureChoices } from './failure-choices.ts';
import { usePage } from './page-context.ts';
import { useCountdown } from './use-countdown.ts';

export interface FailedFootProps {
  readonly failure: Failure;
  readonly photoKey: string;
  /** What the photo is called. */
  readonly name: string;
}

/** What can be done about a failure. */
export function FailedFoot({ failure, photoKey, name }: FailedFootProps) {
  const { studio, words } = usePage();
  const { actions, actionOn, waitFor } = words.photo;
  const { retry, payAgain } = failureChoices(failure);
  const waitMs = useCountdown(failure);

  return (
    <>
      {retry && waitMs > 0 && <p class="card-status">{waitFor(waitMs)}</p>}
      {retry && waitMs === 0 && (
        <button
          type="button"
          class="button"
          aria-label={actionOn(actions.retry, name)}
          onClick={() => studio.retry(photoKey)}
        >
          {actions.retry}
        </button>
      )}
      {payAgain && (
        <button
          type="button"
          class="button"
          aria-label={actionOn(actions.payAgain, name)}
          onClick={() => studio.payAgain(photoKey)}
        >
          {actions.payAgain}
        </button>
      )}
      {!retry && !payAgain && (
        <button
          type="button"
          class="button"
          aria-label={actionOn(actions.remove, name)}
          onClick={() => studio.remove(photoKey)}
        >
          {actions.remove}
        </button>
      )}
    </>
  );
}
