import { downloadAddress } from './download-address.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import type { CardPartProps } from './card-part.ts';

/** Saves the restored picture, from a new address where the old one has ended or cannot be saved from. */
export function DownloadLink({ photo, name }: CardPartProps) {
  const { studio, words } = usePage();
  const { actions, actionOn } = words.photo;
  const { key, afterUrl, afterUrlEndsAt } = photo;
  if (afterUrl === null) return null;
  const { href, saves } = downloadAddress(afterUrl);

  async function saveFromNewAddress() {
    follow((await studio.renewAddress(key)) ?? href);
  }

  return (
    <a
      class="button button-primary"
      {...{ href }}
      download
      target={saves ? undefined : '_blank'}
      rel="noreferrer"
      aria-label={actionOn(actions.download, name)}
      onClick={(event) => {
        // What is just ready is still at the provider, whose pictures no page of ours can save; a moment
        // later it is in the archive.
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

function follow(url: string) {
  const { href, saves } = downloadAddress(url);
  const target = saves ? '' : '_blank';
  Object.assign(document.createElement('a'), {
    href,
    target,
    download: '',
    rel: 'noreferrer',
  }).click();
}
