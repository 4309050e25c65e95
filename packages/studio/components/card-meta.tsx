import type { StudioPhoto } from '../photos/studio-photo.ts';
import { usePage } from './page-context.ts';

/** The repair of a photo, and when it was sent. */
export function CardMeta({ photo }: { readonly photo: StudioPhoto }) {
  const { words } = usePage();
  const { repair, phase, uploadedAt } = photo;
  const isDone = phase.name === 'ready' || phase.name === 'expired';
  const what = repair && words.repair[repair.type][isDone ? 'done' : 'name'];
  return (
    <p class="card-meta">
      {repair?.background != null && (
        <span class="card-colour" style={{ backgroundColor: repair.background }} />
      )}
      {what}
      {what !== null && uploadedAt !== null && ' · '}
      {uploadedAt !== null && (
        <time dateTime={new Date(uploadedAt).toISOString()}>{words.photo.day(uploadedAt)}</time>
      )}
    </p>
  );
}
