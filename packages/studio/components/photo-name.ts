import type { Words } from '../language/words.ts';
import type { StudioPhoto } from '../photos/studio-photo.ts';

/** What a photo is called: as its file, or after the time at which it was uploaded. */
export function photoName(
  { name, uploadedAt }: Pick<StudioPhoto, 'name' | 'uploadedAt'>,
  { photo }: Words,
): string {
  return name ?? (uploadedAt === null ? photo.unnamed : photo.from(uploadedAt));
}
