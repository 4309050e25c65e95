import type { Repair } from '../photos/studio-photo.ts';
import idPhotoUrl from '../samples/id-photo.jpg';
import portraitUrl from '../samples/portrait.jpg';
import { goToGallery } from './go-to-gallery.ts';
import { usePage } from './page-context.ts';

interface Sample {
  readonly name: 'portrait' | 'idPhoto';
  /** A picture that test/fixtures/make-fixtures.ts has rendered. */
  readonly url: string;
  readonly repair: Repair;
}

const SAMPLES: readonly Sample[] = [
  { name: 'portrait', url: portraitUrl, repair: { type: 'REPAIR', background: null } },
  {
    name: 'idPhoto',
    url: idPhotoUrl,
    repair: { type: 'REPLACE_BACKGROUND', background: '#ffffff' },
  },
];

/** Photos of ours, for a visitor who has none at hand: one click to a result. */
export function Samples() {
  const { studio, words } = usePage();
  const { title, ...names } = words.samples;
  if (studio.tray.value.length > 0 || studio.gallery.value.length > 0) return null;

  async function tryOut({ name, url, repair }: Sample) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok !== true) return;
    const picture = await response.blob();
    studio.restoreSample(new File([picture], `${names[name]}.jpg`, picture), repair);
    goToGallery();
  }

  return (
    <div class="samples">
      <p>{title}</p>
      {SAMPLES.map((sample) => (
        <button
          key={sample.name}
          type="button"
          class="button button-small"
          onClick={() => void tryOut(sample)}
        >
          {names[sample.name]}
        </button>
      ))}
    </div>
  );
}
