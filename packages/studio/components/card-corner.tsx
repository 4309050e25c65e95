import type { CardPartProps } from './card-part.ts';
import { failureChoices } from './failure-choices.ts';
import { IconButton } from './icon-button.tsx';
import { usePage } from './page-context.ts';

export interface CardCornerProps extends CardPartProps {
  readonly onOpen: () => void;
}

const CORNER = 'button-icon card-corner';

/**
 * The button in the corner of a card. It opens a photo that is ready, and removes one that is not.
 */
export function CardCorner({ photo, name, onOpen }: CardCornerProps) {
  const { studio, words } = usePage();
  const { actions, actionOn } = words.photo;
  const { phase, key } = photo;

  switch (phase.name) {
    case 'ready':
      return (
        <IconButton
          class={CORNER}
          icon="expand"
          action={actions.open}
          label={actionOn(actions.open, name)}
          aria-haspopup="dialog"
          onClick={onOpen}
        />
      );
    case 'uploading':
      // All of it has been sent: nothing is left to cancel.
      if (phase.sentBytes >= phase.totalBytes && phase.totalBytes > 0) return null;
      return <CancelButton {...{ photo, name }} />;
    case 'queued':
    case 'interrupted':
      return <CancelButton {...{ photo, name }} />;
    case 'failed': {
      const { retry, payAgain } = failureChoices(phase.failure);
      // If there is no other action, the corner has the button.
      if (!retry && !payAgain) return null;
      return (
        <IconButton
          class={CORNER}
          icon="close"
          action={actions.remove}
          label={actionOn(actions.remove, name)}
          onClick={() => studio.remove(key)}
        />
      );
    }
    case 'checking':
    case 'chosen':
    case 'refused':
    case 'processing':
    case 'expired':
      break;
  }
  return null;
}

function CancelButton({ photo: { key }, name }: CardPartProps) {
  const { studio, words } = usePage();
  const { actions, actionOn } = words.photo;
  return (
    <IconButton
      class={CORNER}
      icon="close"
      action={actions.cancel}
      label={actionOn(actions.cancel, name)}
      onClick={() => studio.cancel(key)}
    />
  );
}
