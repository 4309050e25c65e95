import { failureChoices } from './failure-choices.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import type { CardPartProps } from './photo-card.tsx';

export interface CardCornerProps extends CardPartProps {
  readonly onOpen: () => void;
}

/** The button in the corner of a card: opens what is ready, or takes away what is not. */
export function CardCorner({ photo, name, onOpen }: CardCornerProps) {
  const { studio, words } = usePage();
  const { actions, actionOn } = words.photo;
  const { phase, key } = photo;

  switch (phase.name) {
    case 'ready':
      return (
        <button
          type="button"
          class="button-icon card-corner"
          aria-label={actionOn(actions.open, name)}
          title={actions.open}
          aria-haspopup="dialog"
          onClick={onOpen}
        >
          <Icon name="expand" />
        </button>
      );
    case 'queued':
    case 'uploading':
    case 'interrupted':
      return (
        <button
          type="button"
          class="button-icon card-corner"
          aria-label={actionOn(actions.cancel, name)}
          title={actions.cancel}
          onClick={() => studio.cancel(key)}
        >
          <Icon name="close" />
        </button>
      );
    case 'failed': {
      const { retry, payAgain } = failureChoices(phase.failure);
      // Where nothing else can be done, it is the card's own button.
      if (!retry && !payAgain) return null;
      return (
        <button
          type="button"
          class="button-icon card-corner"
          aria-label={actionOn(actions.remove, name)}
          title={actions.remove}
          onClick={() => studio.remove(key)}
        >
          <Icon name="close" />
        </button>
      );
    }
    case 'chosen':
    case 'refused':
    case 'processing':
    case 'expired':
      break;
  }
  return null;
}
