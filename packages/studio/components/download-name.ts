import type { StudioPhoto } from '../photos/studio-photo.ts';

/** Characters that a file system may not allow in a name, or gives a meaning. */
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001F\u007F/\\:*?"<>|]+/g;
const LONGEST = 100;
const ID_LENGTH = 8;

/** The name under which a restored picture is saved: that of the original, with `-restored`. */
export function downloadName({
  name,
  id,
  afterUrl,
}: Pick<StudioPhoto, 'name' | 'id' | 'afterUrl'>) {
  const [, ending = 'jpg'] = /\.(png|webp)(?:\?|$)/i.exec(afterUrl ?? '') ?? [];
  const stem = (name ?? '')
    .replace(/\.[^.]{1,5}$/, '')
    .replace(UNSAFE, '_')
    .slice(0, LONGEST)
    .trim();
  const unnamed = `photo-${(id ?? '').slice(0, ID_LENGTH)}`;
  return `${stem === '' ? unnamed : stem}-restored.${ending.toLowerCase()}`;
}
