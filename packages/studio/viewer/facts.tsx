import type { StudioPhoto } from '../photos/studio-photo.ts';
import { usePage } from '../components/page-context.ts';
import { useFileSize } from './use-file-size.ts';
import type { Sizes } from './sizes.ts';
import type { Size } from './zoom.ts';

export interface FactsProps {
  readonly photo: StudioPhoto;
  readonly sizes: Sizes;
}

/** The dimensions and the sizes of both pictures of a photo, as far as they are known. */
export function Facts({ photo, sizes }: FactsProps) {
  const { words } = usePage();
  const afterBytes = useFileSize(photo.afterUrl);
  const before = fact(sizes.before, photo.sizeBytes, words.photo.size);
  const after = fact(sizes.after, afterBytes, words.photo.size);
  return <p class="viewer-facts">{[before, after].filter(Boolean).join(' → ')}</p>;
}

function fact(size: Size | null, bytes: number | null, format: (bytes: number) => string): string {
  if (size === null) return '';
  const dimensions = `${size.width} × ${size.height}`;
  return bytes === null ? dimensions : `${dimensions}, ${format(bytes)}`;
}
