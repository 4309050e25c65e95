import { useEffect, useEffectEvent } from 'react';

/**
 * Calls back with the first file that is dropped anywhere on the page. Without it the browser would
 * open a file that misses the field in place of the page, and what was typed would be lost.
 */
export function useDroppedFile(onFile: (file: File) => void): void {
  const take = useEffectEvent((event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (event.type === 'drop' && file) onFile(file);
  });
  useEffect(() => {
    const listening = new AbortController();
    // Captured before Monaco sees it. Monaco would write the name of the file into the query.
    const options = { capture: true, signal: listening.signal };
    window.addEventListener('dragover', (event) => take(event), options);
    window.addEventListener('drop', (event) => take(event), options);
    return () => listening.abort();
  }, []);
}
