import { EmptyArt } from './illustrations/empty-art.tsx';
import { usePage } from './page-context.ts';

/** What the gallery is for, while there is nothing in it. */
export function EmptyGallery() {
  const { emptyTitle, emptyText } = usePage().words.gallery;
  return (
    <div class="empty">
      <EmptyArt />
      <h3>{emptyTitle}</h3>
      <p>{emptyText}</p>
    </div>
  );
}
