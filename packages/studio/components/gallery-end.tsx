import { EmptyGallery } from './empty-gallery.tsx';
import { usePage } from './page-context.ts';

/** The end of the gallery: says whether there are older photos, or that there are none at all. */
export function GalleryEnd({ isEmpty }: { readonly isEmpty: boolean }) {
  const { studio, words } = usePage();
  const { loading, older, failed, retry } = words.gallery;
  const state = studio.history.value;
  const isLoading = state === 'loading';

  if (isEmpty && (state === 'complete' || studio.connection.value === 'signed-out')) {
    return <EmptyGallery />;
  }
  if (isEmpty && state !== 'failed') return <LoadingGallery text={loading} />;
  if (state === 'complete') return null;
  return (
    <div class="gallery-end">
      {state === 'failed' && <p>{failed}</p>}
      <button
        type="button"
        class="button"
        aria-disabled={isLoading}
        onClick={() => {
          if (!isLoading) studio.loadMore();
        }}
      >
        {isLoading ? loading : state === 'failed' ? retry : older}
      </button>
    </div>
  );
}

function LoadingGallery({ text }: { readonly text: string }) {
  return (
    <>
      <p class="visually-hidden">{text}</p>
      <div class="cards" aria-hidden="true">
        <div class="skeleton" />
        <div class="skeleton" />
        <div class="skeleton" />
        <div class="skeleton" />
      </div>
    </>
  );
}
