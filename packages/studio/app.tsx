import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Composer } from './components/composer.tsx';
import { DropOverlay } from './components/drop-overlay.tsx';
import { Gallery } from './components/gallery.tsx';
import { AccessPanel, Announcer } from './components/lazy-parts.ts';
import { PageProvider, type PageContext } from './components/page-context.ts';
import { PageHeader } from './components/page-header.tsx';
import { ViewerHost } from './components/viewer-host.tsx';
import { usePageTitle } from './components/use-page-title.ts';

/** The whole page. */
export function App({ studio, words }: Omit<PageContext, 'viewing'>) {
  const viewing = useSignal<string | null>(null);
  useEffect(() => {
    document.documentElement.lang = words.locale;
  }, [words]);
  usePageTitle({ studio, words });

  return (
    <PageProvider value={{ studio, words, viewing }}>
      <PageHeader />
      <main class="page">
        {studio.connection.value === 'signed-out' && <AccessPanel />}
        <Composer />
        <Gallery />
      </main>
      <ViewerHost />
      <DropOverlay />
      <Announcer />
    </PageProvider>
  );
}
