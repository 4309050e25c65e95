import type { CardPartProps } from './card-part.ts';
import { downloadAddress } from './download-address.ts';
import { downloadName } from './download-name.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

/**
 * Saves the restored picture. Fetches a new address if the old one has expired or cannot be saved
 * from.
 */
export function DownloadLink({ photo, name }: CardPartProps) {
  const { studio, words } = usePage();
  const { actions, actionOn } = words.photo;
  const { key, afterUrl, afterUrlEndsAt } = photo;
  if (afterUrl === null) return null;
  const { href, saves } = downloadAddress(afterUrl);

  async function saveFromNewAddress() {
    follow((await studio.renewAddress(key)) ?? href, downloadName(photo));
  }

  return (
    <a
      class="button button-primary"
      {...{ href }}
      download={downloadName(photo)}
      target={saves ? undefined : '_blank'}
      rel="noreferrer"
      aria-label={actionOn(actions.download, name)}
      onClick={(event) => {
        // A photo that has just become ready is still at the provider, whose pictures our page
        // cannot save. A moment later it is in the archive.
        const isCurrent = afterUrlEndsAt === null || Date.now() < afterUrlEndsAt;
        if (saves && isCurrent) return;
        event.preventDefault();
        void saveFromNewAddress();
      }}
    >
      <Icon name="download" />
      {actions.download}
    </a>
  );
}

function follow(url: string, download: string) {
  const { href, saves } = downloadAddress(url);
  const target = saves ? '' : '_blank';
  Object.assign(document.createElement('a'), {
    href,
    target,
    download,
    rel: 'noreferrer',
  }).click();
}
