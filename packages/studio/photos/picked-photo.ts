import type { StudioPhoto } from './studio-photo.ts';

export interface PickedPicture {
  readonly key: string;
  /** The name of its file; null if it has none. */
  readonly name: string | null;
  readonly picture: Blob;
  /** The address under which the page can show it. */
  readonly url: string;
}

/** A photo that was picked here, and has cost nothing yet. */
export function pickedPhoto({ key, name, picture, url }: PickedPicture): StudioPhoto {
  return {
    key,
    id: null,
    name,
    sizeBytes: picture.size,
    beforeUrl: url,
    afterUrl: null,
    afterUrlEndsAt: null,
    deletedAt: null,
    repair: null,
    phase: { name: isPicture(picture) ? 'chosen' : 'refused' },
    uploadedAt: null,
    expectedReadyAt: null,
  };
}

function isPicture({ type }: Blob): boolean {
  // Without a type it is one that this browser does not know. The gateway checks the bytes
  // themselves.
  return type === '' || type.startsWith('image/');
}
