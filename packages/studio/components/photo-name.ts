import type { Words } from '../language/words.ts';
import type { StudioPhoto } from '../photos/studio-photo.ts';

/** The name of a photo: that of its file, or one made from the time of its upload. */
export function photoName(
  { name, uploadedAt }: Pick<StudioPhoto, 'name' | 'uploadedAt'>,
  { photo }: Words,
): string {
  return name ?? (uploadedAt === null ? photo.unnamed : photo.from(uploadedAt));
}
