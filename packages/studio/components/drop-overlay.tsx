import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { usePageFiles } from './use-page-files.ts';

/** Covers the page while files are dragged over it. */
export function DropOverlay() {
  const { studio, words } = usePage();
  const isOver = usePageFiles(studio);
  if (!isOver) return null;
  return (
    <div class="drop-overlay">
      <p>
        <span class="badge">
          <Icon name="add" />
        </span>
        {words.composer.dropAnywhere}
      </p>
    </div>
  );
}
