import type { CardPartProps } from './card-part.ts';
import { DownloadLink } from './download-link.tsx';
import { FailedFoot } from './failed-foot.tsx';
import { usePage } from './page-context.ts';
import { GoOnMenu } from './lazy-parts.ts';
import { PhotoButton } from './photo-button.tsx';
import { RestoringFoot } from './restoring-foot.tsx';
import { UploadingFoot } from './uploading-foot.tsx';

/** The progress of a photo, or the actions that are possible now. */
export function CardFoot({ photo, name }: CardPartProps) {
  const { studio, words } = usePage();
  const { queued, expired, actions } = words.photo;
  const { phase, key } = photo;

  switch (phase.name) {
    case 'uploading':
      return <UploadingFoot {...phase} {...{ name }} />;
    case 'interrupted':
      return (
        <PhotoButton action={actions.goOn} photoName={name} onClick={() => studio.retry(key)} />
      );
    case 'processing':
      return <RestoringFoot {...{ photo }} />;
    case 'ready':
      return (
        <>
          <DownloadLink {...{ photo, name }} />
          <span class="card-menu-place">
            <GoOnMenu {...{ photo, name }} />
          </span>
        </>
      );
    case 'expired':
      return <p class="card-status">{expired}</p>;
    case 'failed':
      return <FailedFoot failure={phase.failure} photoKey={key} {...{ name }} />;
    case 'checking':
    case 'chosen':
    case 'refused':
    case 'queued':
      break;
  }
  return <p class="card-status">{queued}</p>;
}
