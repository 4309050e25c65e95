import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { StudioPhoto } from '../photos/studio-photo.ts';
import { DownloadLink } from '../components/download-link.tsx';
import { IconButton } from '../components/icon-button.tsx';
import { usePage } from '../components/page-context.ts';
import { photoName } from '../components/photo-name.ts';
import { Facts } from './facts.tsx';
import { Stage } from './stage.tsx';
// oxlint-disable-next-line import/no-unassigned-import -- a style
import './viewer.css';
import type { Sizes } from './sizes.ts';

export interface ViewerProps {
  readonly photo: StudioPhoto;
  /** The photos that the arrow keys lead through. */
  readonly photos: readonly StudioPhoto[];
  readonly onPhoto: (key: string) => void;
  /** Called when it was closed, in any way. */
  readonly onClose: () => void;
}

const UNKNOWN: Sizes = { before: null, after: null };

/** A photo in the whole window. The browser itself restores the focus when it is closed. */
export function Viewer({ photo, photos, onPhoto, onClose }: ViewerProps) {
  const { words } = usePage();
  const { close } = words.photo.actions;
  const dialog = useRef<HTMLDialogElement>(null);
  const [known, setKnown] = useState({ key: photo.key, sizes: UNKNOWN });
  const [isHeld, setIsHeld] = useState(false);
  const id = useId();
  const name = photoName(photo, words);
  const sizes = known.key === photo.key ? known.sizes : UNKNOWN;
  const place = photos.findIndex(({ key }) => key === photo.key);

  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => setIsHeld(false), [photo.key]);

  function learn(told: Partial<Sizes>) {
    const { key } = photo;
    setKnown((before) => ({
      key,
      sizes: { ...(before.key === key ? before.sizes : UNKNOWN), ...told },
    }));
  }

  function go(steps: number) {
    const other = photos[place + steps];
    if (other) onPhoto(other.key);
  }

  function pressed(event: KeyboardEvent) {
    const isSlider = event.target instanceof HTMLInputElement;
    if (event.key === 'PageDown' || (event.key === 'ArrowRight' && !isSlider)) go(1);
    else if (event.key === 'PageUp' || (event.key === 'ArrowLeft' && !isSlider)) go(-1);
    else if (event.key.toLowerCase() === 'o') setIsHeld(true);
    else return;
    event.preventDefault();
  }

  return (
    <dialog
      ref={dialog}
      class="viewer"
      aria-labelledby={id}
      {...{ onClose }}
      onKeyDown={pressed}
      onKeyUp={({ key }) => key.toLowerCase() === 'o' && setIsHeld(false)}
    >
      <header class="viewer-header">
        <div class="viewer-text">
          <h2 {...{ id }} title={name}>
            {name}
          </h2>
          <Facts {...{ photo, sizes }} />
        </div>
        <DownloadLink {...{ photo, name }} />
        <IconButton icon="close" action={close} autofocus onClick={() => dialog.current?.close()} />
      </header>
      <Stage
        key={photo.key}
        {...{ photo, name, isHeld, sizes }}
        onHeld={setIsHeld}
        onSizes={learn}
        onStep={go}
        hasPrevious={place > 0}
        hasNext={place >= 0 && place < photos.length - 1}
      />
    </dialog>
  );
}
