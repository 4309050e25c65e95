import { failureText } from '../language/failure-text.ts';
import type { CardPartProps } from './card-part.ts';
import { failureChoices } from './failure-choices.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { PhotoButton } from './photo-button.tsx';
import type { RenewedPicture } from './use-renewed-picture.ts';

export interface CardNoteProps extends CardPartProps {
  readonly picture: RenewedPicture;
}

/** The error of a photo, shown on its picture, where there is room for it. */
export function CardNote({ photo, name, picture }: CardNoteProps) {
  const { studio, words } = usePage();
  const { interrupted, missing, actions } = words.photo;
  const { phase } = photo;

  if (phase.name === 'interrupted') {
    return (
      <div class="note" data-tone="warning">
        <Icon name="offline" />
        <p>{interrupted}</p>
      </div>
    );
  }
  if (phase.name === 'failed') {
    const { cost } = failureChoices(phase.failure);
    return (
      <div class="note" data-tone="danger">
        <Icon name="alert" />
        <div>
          <p>{failureText(phase.failure, words, studio.limits.value.maxBytes)}</p>
          {cost !== null && <p class="note-cost">{words.photo[cost]}</p>}
        </div>
      </div>
    );
  }
  if (phase.name === 'ready' && picture.isBroken) {
    return (
      <div class="note" data-tone="warning">
        <Icon name="picture" />
        <div>
          <p>{missing}</p>
          <PhotoButton
            class="button button-small"
            action={actions.reload}
            photoName={name}
            onClick={({ currentTarget }) => {
              // The button vanishes with the error that it resolves, and must not take the focus
              // along.
              currentTarget.closest('article')?.focus();
              picture.reload();
            }}
          />
        </div>
      </div>
    );
  }
  return null;
}
