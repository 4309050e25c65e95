import { useState } from 'preact/hooks';
import { CardNote } from './card-note.tsx';
import { Comparison } from './comparison.tsx';
import { Icon } from './icon.tsx';
import { LargeView } from './large-view.tsx';
import { usePage } from './page-context.ts';
import type { CardPartProps } from './photo-card.tsx';
import { useRenewedPicture } from './use-renewed-picture.ts';

const CANCELLABLE: ReadonlySet<string> = new Set(['queued', 'uploading', 'interrupted']);

/** The picture of a card, and what is to be said or done on top of it. */
export function CardPicture({ photo, name }: CardPartProps) {
  const { studio, words } = usePage();
  const [isLarge, setIsLarge] = useState(false);
  const picture = useRenewedPicture(photo.key);
  const { actions, actionOn, keptUntil } = words.photo;
  const { phase, deletedAt } = photo;
  const isReady = phase.name === 'ready';

  return (
    <div class="card-picture">
      <Comparison
        {...{ photo, name }}
        attempt={picture.attempt}
        isBroken={picture.isBroken}
        onError={picture.onError}
      />
      {phase.name === 'processing' && <span class="sweep" />}
      {isReady && deletedAt !== null && (
        <p class="chip card-kept">
          <Icon name="clock" />
          {keptUntil(deletedAt)}
        </p>
      )}
      <CardNote {...{ photo, name, picture }} />
      {CANCELLABLE.has(phase.name) && (
        <button
          type="button"
          class="button-icon card-corner"
          aria-label={actionOn(actions.cancel, name)}
          title={actions.cancel}
          onClick={() => studio.cancel(photo.key)}
        >
          <Icon name="close" />
        </button>
      )}
      {isReady && (
        <button
          type="button"
          class="button-icon card-corner"
          aria-label={actionOn(actions.open, name)}
          title={actions.open}
          aria-haspopup="dialog"
          onClick={() => setIsLarge(true)}
        >
          <Icon name="expand" />
        </button>
      )}
      {isReady && isLarge && (
        <LargeView {...{ photo, name, picture }} onClose={() => setIsLarge(false)} />
      )}
    </div>
  );
}
