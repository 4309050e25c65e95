import { useId } from 'preact/hooks';
import { CardFoot } from './card-foot.tsx';
import { CardMeta } from './card-meta.tsx';
import type { CardPartProps } from './card-part.ts';
import { CardPicture } from './card-picture.tsx';
import { usePage } from './page-context.ts';
import { photoName } from './photo-name.ts';

/** The card of a photo that was sent. Its size is the same in every phase. */
export function PhotoCard({ photo }: Pick<CardPartProps, 'photo'>) {
  const { words } = usePage();
  const id = useId();
  const name = photoName(photo, words);
  return (
    <article
      class="card"
      data-key={photo.key}
      data-phase={photo.phase.name}
      tabIndex={-1}
      aria-labelledby={id}
    >
      <CardPicture {...{ photo, name }} />
      <div class="card-body">
        <h3 {...{ id }} class="card-title" title={name}>
          {name}
        </h3>
        <CardMeta {...{ photo }} />
        <div class="card-foot">
          <CardFoot {...{ photo, name }} />
        </div>
      </div>
    </article>
  );
}
