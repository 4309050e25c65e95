import { useRef } from 'preact/hooks';
import { usePage } from './page-context.ts';
import { TrayPhoto } from './tray-photo.tsx';
import { useKeptFocus } from './use-kept-focus.ts';

/** The photos that were picked and not sent yet. */
export function Tray() {
  const { studio, words } = usePage();
  const list = useRef<HTMLUListElement>(null);
  useKeptFocus(list);
  return (
    <ul ref={list} class="tray" aria-label={words.composer.tray}>
      {studio.tray.value.map((photo) => (
        <TrayPhoto key={photo.key} {...{ photo }} />
      ))}
    </ul>
  );
}
