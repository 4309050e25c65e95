import type { StudioPhoto } from '../photos/studio-photo.ts';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';
import { usePage } from './page-context.ts';
import { photoName } from './photo-name.ts';
import { Thumbnail } from './thumbnail.tsx';
import { trayNote } from './tray-notes.ts';

/** A picked photo as a tile: marked if it cannot be sent, or there is something to know about it. */
export function TrayPhoto({ photo }: { readonly photo: StudioPhoto }) {
  const { studio, words } = usePage();
  const name = photoName(photo, words);
  const note = trayNote(photo, {
    gallery: studio.gallery.value,
    repair: studio.repair.value,
    words,
  });
  const { remove } = words.photo.actions;
  const isRefused = photo.phase.name === 'refused';
  const size = photo.sizeBytes === null ? '' : words.photo.size(photo.sizeBytes);
  return (
    <li
      class="tile"
      data-key={photo.key}
      data-phase={photo.phase.name}
      title={`${name} · ${note?.text ?? size}`}
    >
      <Thumbnail {...{ photo }} isHidden={isRefused} />
      <span class="visually-hidden">
        <span>{name}</span> <span>{note?.text ?? size}</span>
      </span>
      {note && (
        <span class="tile-mark" data-tone={note.tone}>
          <Icon name={note.tone === 'calm' ? 'check' : 'alert'} />
        </span>
      )}
      <IconButton
        class="button-icon tile-remove"
        icon="close"
        action={remove}
        label={words.photo.actionOn(remove, name)}
        data-focus-first
        onClick={() => studio.remove(photo.key)}
      />
    </li>
  );
}
