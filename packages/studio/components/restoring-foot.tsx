import type { StudioPhoto } from '../photos/studio-photo.ts';
import { usePage } from './page-context.ts';
import { shareDone, timeLeft } from './time-left.ts';

/** How long a photo will still take, if that is known. */
export function RestoringFoot({ photo }: { readonly photo: StudioPhoto }) {
  const { studio, words } = usePage();
  const { uploadedAt, expectedReadyAt } = photo;
  const now = studio.now.value;
  const done = shareDone(uploadedAt, expectedReadyAt, now);
  return (
    <>
      <p class="card-status">{timeLeft(expectedReadyAt, now, words)}</p>
      {/* An estimate. The text states it as well as is possible. */}
      <span class="bar bar-restoring" data-unknown={done === null} aria-hidden="true">
        <span style={done === null ? undefined : { transform: `scaleX(${done})` }} />
      </span>
    </>
  );
}
