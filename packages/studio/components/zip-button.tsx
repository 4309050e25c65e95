import type { StudioPhoto } from '../photos/studio-photo.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { useZip } from './use-zip.ts';

/** One picture is not worth a zip. */
const WORTH_FROM = 2;

/** Saves those of the photos that are restored as one zip. */
export function ZipButton({ photos }: { readonly photos: readonly StudioPhoto[] }) {
  const { downloadAll, packing, notPacked } = usePage().words.batch;
  const zip = useZip();
  const { packed, missing } = zip;
  const ready = photos.filter(({ phase }) => phase.name === 'ready');
  if (ready.length < WORTH_FROM) return null;
  return (
    <>
      {missing > 0 && (
        <span class="batch-failed" role="alert">
          {notPacked(missing)}
        </span>
      )}
      <button
        type="button"
        class="button button-small"
        aria-disabled={packed !== null}
        onClick={() => zip.start(ready)}
      >
        <Icon name="download" />
        {packed === null ? downloadAll(ready.length) : packing(packed, ready.length)}
      </button>
    </>
  );
}
