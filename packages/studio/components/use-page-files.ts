import { useEffect, useState } from 'preact/hooks';
import type { Studio } from '../photos/studio.ts';

/**
 * Accepts files that are dropped or pasted anywhere on the page. Returns whether files are being
 * dragged over it.
 */
export function usePageFiles(studio: Pick<Studio, 'add'>): boolean {
  const [isOver, setIsOver] = useState(false);

  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;

    function allow(event: DragEvent) {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      setIsOver(true);
    }
    function leave({ relatedTarget }: DragEvent) {
      // The event bubbles from each element that is left. Only when the window itself is left,
      // there is no related target.
      if (relatedTarget === null) setIsOver(false);
    }
    function drop(event: DragEvent) {
      setIsOver(false);
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer) studio.add(event.dataTransfer.files);
    }
    function paste({ clipboardData }: ClipboardEvent) {
      if (clipboardData && clipboardData.files.length > 0) studio.add(clipboardData.files);
    }

    window.addEventListener('dragenter', allow, { signal });
    window.addEventListener('dragover', allow, { signal });
    window.addEventListener('dragleave', leave, { signal });
    window.addEventListener('drop', drop, { signal });
    window.addEventListener('paste', paste, { signal });
    return () => listening.abort();
  }, [studio]);

  return isOver;
}

function hasFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}
