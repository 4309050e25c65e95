import { useRef } from 'preact/hooks';
import { GalleryEnd } from './gallery-end.tsx';
import { BatchBar, ZipButton } from './lazy-parts.ts';
import { usePage } from './page-context.ts';
import { PhotoCard } from './photo-card.tsx';
import { useKeptFocus } from './use-kept-focus.ts';

/** All photos that were sent, newest first. */
export function Gallery() {
  const { studio, words } = usePage();
  const section = useRef<HTMLElement>(null);
  useKeptFocus(section);
  const photos = studio.gallery.value;
  // A single photo has its card.
  const isBatch = studio.batch.value.photos.length > 1;
  return (
    <section ref={section} class="gallery" aria-labelledby="gallery-title">
      <div class="gallery-head">
        <h2 id="gallery-title" tabIndex={-1} data-focus-rest>
          {words.gallery.title}
        </h2>
        {photos.length > 1 && !isBatch && <ZipButton {...{ photos }} />}
      </div>
      {isBatch && <BatchBar />}
      {photos.length > 0 && (
        <ul class="cards">
          {photos.map((photo) => (
            <li key={photo.key}>
              <PhotoCard {...{ photo }} />
            </li>
          ))}
        </ul>
      )}
      <GalleryEnd isEmpty={photos.length === 0} />
    </section>
  );
}
