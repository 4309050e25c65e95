import { useRef } from 'preact/hooks';
import { CardCorner } from './card-corner.tsx';
import { CardNote } from './card-note.tsx';
import type { CardPartProps } from './card-part.ts';
import { Comparison } from './comparison.tsx';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { useNear } from './use-near.ts';
import { useRenewedPicture } from './use-renewed-picture.ts';
import { useSmallPicture } from './use-small-picture.ts';

/** The picture of a card, with the notes and buttons on top of it. */
export function CardPicture({ photo, name }: CardPartProps) {
  const { words, viewing } = usePage();
  const picture = useRenewedPicture(photo.key);
  const { phase, deletedAt } = photo;
  const isReady = phase.name === 'ready';
  const element = useRef<HTMLDivElement>(null);
  const isNeeded = useNear(element);
  const beforeUrl = useSmallPicture(photo, 'before', { isNeeded });
  const { attempt, onError } = picture;
  const afterUrl = useSmallPicture(photo, 'after', { isNeeded, attempt, onError });

  return (
    <div ref={element} class="card-picture">
      <Comparison
        {...{ photo, name, beforeUrl, afterUrl }}
        attempt={picture.attempt}
        isBroken={picture.isBroken}
        onError={picture.onError}
      />
      {phase.name === 'processing' && <span class="sweep" />}
      {isReady && deletedAt !== null && (
        <p class="chip card-kept">
          <Icon name="clock" />
          {words.photo.keptUntil(deletedAt)}
        </p>
      )}
      <CardNote {...{ photo, name, picture }} />
      <CardCorner {...{ photo, name }} onOpen={() => (viewing.value = photo.key)} />
    </div>
  );
}
