import { isAtWork } from '../photos/batch.ts';
import { goToGallery } from './go-to-gallery.ts';
import { usePage } from './page-context.ts';

/** Leads to the photos that are being restored, where they are below the composer. */
export function WorkLink() {
  const { studio, words } = usePage();
  const atWork = studio.gallery.value.filter(isAtWork).length;
  if (atWork === 0) return null;
  return (
    <button type="button" class="work-link" onClick={goToGallery}>
      {words.composer.atWork(atWork)} <b>{words.composer.view}</b>
    </button>
  );
}
