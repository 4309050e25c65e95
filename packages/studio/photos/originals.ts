import type { Pictures } from './pictures.ts';
import type { StudioPhoto } from './studio-photo.ts';

/** The originals of photos, to send them again. */
export interface Originals {
  /** Whether the page has the original, or may fetch it. */
  has(photo: StudioPhoto): boolean;
  /** Null if it cannot be fetched. */
  fetch(photo: StudioPhoto): Promise<Blob | null>;
}

export function createOriginals(pictures: Pick<Pictures, 'of'>): Originals {
  return {
    has: ({ key, beforeUrl }) =>
      pictures.of(key) !== null ||
      (beforeUrl !== null &&
        new URL(beforeUrl, document.baseURI).origin === window.location.origin),
    async fetch({ key, beforeUrl }) {
      const picked = pictures.of(key);
      if (picked !== null || beforeUrl === null) return picked;
      const response = await fetch(beforeUrl).catch(() => null);
      return response?.ok === true ? response.blob() : null;
    },
  };
}
