import { EmptyArt } from './illustrations/empty-art.tsx';
import { usePage } from './page-context.ts';

/** Explains the gallery while it is empty. */
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
