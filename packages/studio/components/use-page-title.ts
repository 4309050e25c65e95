import { effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import iconUrl from '../icon.svg';
import type { PageContext } from './page-context.ts';

/**
 * Tells of the progress in the title of the tab, and of its end in a notification. The end stays in
 * the title until the page is seen.
 */
export function usePageTitle({ studio, words }: Pick<PageContext, 'studio' | 'words'>): void {
  useEffect(() => {
    let wasAtWork = false;

    async function tell(text: string) {
      const { notify } = await import('./parts.ts');
      await notify(words.name, text, iconUrl);
    }
    function show() {
      const { photos, ready, atWork } = studio.batch.value;
      const isSeen = document.visibilityState === 'visible';
      if (atWork === 0 && (isSeen || photos.length === 0)) document.title = words.title;
      else document.title = `${words.batch.progress(ready, photos.length)} – ${words.name}`;
    }

    const stop = effect(() => {
      const { photos, ready, atWork } = studio.batch.value;
      show();
      if (wasAtWork && atWork === 0) {
        void tell(words.batch.progress(ready, photos.length));
      }
      wasAtWork = atWork > 0;
    });
    document.addEventListener('visibilitychange', show);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', show);
    };
  }, [studio, words]);
}
