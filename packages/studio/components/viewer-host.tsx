import { usePage } from './page-context.ts';
import { Viewer } from './lazy-parts.ts';

/** Shows the photo that is being viewed. */
export function ViewerHost() {
  const { studio, viewing } = usePage();
  const photos = studio.gallery.value.filter(({ phase }) => phase.name === 'ready');
  const photo = photos.find(({ key }) => key === viewing.value);
  if (photo === undefined) return null;
  return (
    <Viewer
      {...{ photo, photos }}
      onPhoto={(key) => (viewing.value = key)}
      onClose={() => (viewing.value = null)}
    />
  );
}
