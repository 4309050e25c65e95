import { downloadAddress } from './download-address.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import type { CardPartProps } from './photo-card.tsx';

/** Saves the restored picture, from a new address where the old one has ended. */
export function DownloadLink({ photo, name }: CardPartProps) {
  const { studio, words } = usePage();
  const { actions, actionOn } = words.photo;
  const { key, afterUrl, afterUrlEndsAt } = photo;
  if (afterUrl === null) return null;
  const { href, saves } = downloadAddress(afterUrl);

  async function saveFromNewAddress() {
    const renewed = await studio.renewAddress(key);
    if (renewed !== null) follow(renewed);
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
        if (afterUrlEndsAt === null || Date.now() < afterUrlEndsAt) return;
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
