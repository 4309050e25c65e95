import { DownloadLink } from './download-link.tsx';
import { FailedFoot } from './failed-foot.tsx';
import { usePage } from './page-context.ts';
import type { CardPartProps } from './photo-card.tsx';
import { RestoringFoot } from './restoring-foot.tsx';
import { UploadingFoot } from './uploading-foot.tsx';

/** How far a photo has come, or what can be done with it now. */
export function CardFoot({ photo, name }: CardPartProps) {
  const { studio, words } = usePage();
  const { queued, expired, actions, actionOn } = words.photo;
  const { phase, key } = photo;

  switch (phase.name) {
    case 'uploading':
      return <UploadingFoot {...phase} {...{ name }} />;
    case 'interrupted':
      return (
        <button
          type="button"
          class="button"
          aria-label={actionOn(actions.goOn, name)}
          onClick={() => studio.retry(key)}
        >
          {actions.goOn}
        </button>
      );
    case 'processing':
      return <RestoringFoot {...{ photo }} />;
    case 'ready':
      return <DownloadLink {...{ photo, name }} />;
    case 'expired':
      return <p class="card-status">{expired}</p>;
    case 'failed':
      return <FailedFoot failure={phase.failure} photoKey={key} {...{ name }} />;
    case 'chosen':
    case 'refused':
    case 'queued':
      break;
  }
  return <p class="card-status">{queued}</p>;
}
