import type { Phase, StudioPhoto } from './studio-photo.ts';

export interface PickedPicture {
  readonly key: string;
  /** The name of its file; null if it has none. */
  readonly name: string | null;
  readonly picture: Blob;
  /** The address under which the page can show it. */
  readonly url: string;
  /** @default `chosen` */
  readonly phase?: Phase;
}

/** A photo that was picked here, and has cost nothing yet. */
export function pickedPhoto(picked: PickedPicture): StudioPhoto {
  const { key, name, picture, url, phase = { name: 'chosen' } } = picked;
  return {
    key,
    id: null,
    name,
    sizeBytes: picture.size,
    conversion: null,
    sameAs: null,
    beforeUrl: url,
    afterUrl: null,
    afterUrlEndsAt: null,
    deletedAt: null,
    repair: null,
    phase,
    place: { at: Date.now(), index: 0 },
    uploadedAt: null,
    expectedReadyAt: null,
  };
}
