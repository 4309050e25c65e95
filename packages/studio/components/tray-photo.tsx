import type { StudioPhoto } from '../photos/studio-photo.ts';
import { IconButton } from './icon-button.tsx';
import { usePage } from './page-context.ts';
import { photoName } from './photo-name.ts';
import { Thumbnail } from './thumbnail.tsx';

/** A picked photo: its description, or why it cannot be sent. */
export function TrayPhoto({ photo }: { readonly photo: StudioPhoto }) {
  const { studio, words } = usePage();
  const name = photoName(photo, words);
  const isRefused = photo.phase.name === 'refused';
  const { remove } = words.photo.actions;
  const cancelled = photo.phase.name === 'chosen' ? photo.phase.cancelled : undefined;
  const size = photo.sizeBytes === null ? null : words.photo.size(photo.sizeBytes);
  return (
    <li class="tray-photo" data-key={photo.key} data-refused={isRefused}>
      <Thumbnail url={isRefused ? null : photo.beforeUrl} />
      <div class="tray-text">
        <span class="tray-name" title={name}>
          {name}
        </span>
        <span class="tray-detail">
          {isRefused ? words.composer.refused : cancelled ? words.composer[cancelled] : size}
        </span>
      </div>
      <IconButton
        icon="close"
        action={remove}
        label={words.photo.actionOn(remove, name)}
        data-focus-first
        onClick={() => studio.remove(photo.key)}
      />
    </li>
  );
}
