import { useEffect } from 'preact/hooks';
import { AccessPanel } from './components/access-panel.tsx';
import { Announcer } from './components/announcer.tsx';
import { Composer } from './components/composer.tsx';
import { DropOverlay } from './components/drop-overlay.tsx';
import { Gallery } from './components/gallery.tsx';
import { PageProvider, type PageContext } from './components/page-context.ts';
import { PageHeader } from './components/page-header.tsx';

/** The whole page. */
export function App({ studio, words }: PageContext) {
  useEffect(() => {
    document.documentElement.lang = words.locale;
    document.title = words.title;
  }, [words]);

  return (
    <PageProvider value={{ studio, words }}>
      <PageHeader />
      <main class="page">
        <AccessPanel />
        <Composer />
        <Gallery />
      </main>
      <DropOverlay />
      <Announcer />
    </PageProvider>
  );
}
