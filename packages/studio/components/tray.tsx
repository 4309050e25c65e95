import { useRef } from 'preact/hooks';
import { Camera } from './camera.tsx';
import { FilePicker } from './file-picker.tsx';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { Samples } from './samples.tsx';
import { groupNotes } from './tray-notes.ts';
import { TrayPhoto } from './tray-photo.tsx';
import { useKeptFocus } from './use-kept-focus.ts';

/** The photos that were picked and not sent yet, as a strip of bounded height. */
export function Tray() {
  const { studio, words } = usePage();
  const section = useRef<HTMLDivElement>(null);
  useKeptFocus(section);
  const photos = studio.tray.value;
  return (
    <div ref={section} class="tray" data-empty={photos.length === 0}>
      {photos.length > 0 && <TrayHead />}
      <div class="strip">
        <FilePicker />
        <Camera />
        <ul class="strip-photos" aria-label={words.composer.tray}>
          {photos.map((photo) => (
            <TrayPhoto key={photo.key} {...{ photo }} />
          ))}
        </ul>
      </div>
      <Samples />
      <TrayNotes />
    </div>
  );
}

function TrayHead() {
  const { studio, words } = usePage();
  const photos = studio.tray.value;
  const chosen = photos.filter(({ phase }) => phase.name !== 'refused');
  const bytes = chosen.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  return (
    <p class="tray-head">
      <span>{chosen.length > 0 && words.composer.count(chosen.length, bytes)}</span>
      {photos.length > 1 && (
        <button
          type="button"
          class="button-text"
          onClick={() => photos.forEach(({ key }) => studio.remove(key))}
        >
          {words.composer.clear}
        </button>
      )}
    </p>
  );
}

function TrayNotes() {
  const { studio, words } = usePage();
  const refused = studio.tray.value.filter(({ phase }) => phase.name === 'refused');
  const groups = groupNotes(studio.tray.value, {
    gallery: studio.gallery.value,
    repair: studio.repair.value,
    words,
  });
  if (groups.length === 0) return null;
  return (
    <div class="tray-notes">
      {groups.map(({ names, text, tone }) => (
        <p key={text} class="tray-note" data-tone={tone}>
          <Icon name={tone === 'calm' ? 'check' : 'alert'} />
          <span>
            <b>{names}</b> {text}
          </span>
        </p>
      ))}
      {refused.length > 0 && (
        <button
          type="button"
          class="button-text"
          onClick={() => refused.forEach(({ key }) => studio.remove(key))}
        >
          {words.composer.removeRefused(refused.length)}
        </button>
      )}
    </div>
  );
}
