import type { Failure } from '../gateway/failure.ts';
import { failureChoices } from './failure-choices.ts';
import { usePage } from './page-context.ts';
import { PhotoButton } from './photo-button.tsx';
import { useCountdown } from './use-countdown.ts';

export interface FailedFootProps {
  readonly failure: Failure;
  readonly photoKey: string;
  /** The photo's name. */
  readonly name: string;
}

/** The actions after a failure. */
export function FailedFoot({ failure, photoKey, name }: FailedFootProps) {
  const { studio, words } = usePage();
  const { actions, waitFor } = words.photo;
  const { retry, payAgain } = failureChoices(failure);
  const waitMs = useCountdown(failure);

  return (
    <>
      {retry && waitMs > 0 && <p class="card-status">{waitFor(waitMs)}</p>}
      {retry && waitMs === 0 && (
        <PhotoButton
          action={actions.retry}
          photoName={name}
          onClick={() => studio.retry(photoKey)}
        />
      )}
      {payAgain && (
        <PhotoButton
          action={actions.payAgain}
          photoName={name}
          onClick={() => studio.payAgain(photoKey)}
        />
      )}
      {!retry && !payAgain && (
        <PhotoButton
          action={actions.remove}
          photoName={name}
          onClick={() => studio.remove(photoKey)}
        />
      )}
    </>
  );
}
