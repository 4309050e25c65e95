import { makeZip } from 'client-zip';
import type { StudioPhoto } from './studio-photo.ts';
import { uniqueName } from './unique-name.ts';

export interface ZipRequest {
  readonly photos: readonly StudioPhoto[];
  /** The name of the file of a photo. */
  readonly nameOf: (photo: StudioPhoto) => string;
  /** The current address of a restored picture; null if there is none. */
  readonly renewAddress: (key: string) => Promise<string | null>;
  /** Called after each photo. */
  readonly onPacked: (packed: number) => void;
}

export interface PackedZip {
  readonly file: Blob;
  /** How many photos could not be fetched. */
  readonly missing: number;
}

/**
 * Packs restored pictures. Each is fetched when its turn comes and goes into the file as it
 * arrives, so that the page never holds them all.
 */
export async function packZip(request: ZipRequest): Promise<PackedZip> {
  const { photos, nameOf, renewAddress, onPacked } = request;
  const names = new Set<string>();
  let missing = 0;
  let packed = 0;

  async function* entries() {
    for (const photo of photos) {
      const response = await fetchPicture(photo, renewAddress);
      if (response === null) {
        missing += 1;
        continue;
      }
      const name = uniqueName(nameOf(photo), names);
      names.add(name);
      yield { name, input: response, lastModified: new Date(photo.uploadedAt ?? Date.now()) };
      packed += 1;
      onPacked(packed);
    }
  }

  const headers = { 'Content-Type': 'application/zip' };
  const file = await new Response(makeZip(entries()), { headers }).blob();
  return { file, missing };
}

async function fetchPicture(
  { key, afterUrl }: StudioPhoto,
  renewAddress: ZipRequest['renewAddress'],
): Promise<Response | null> {
  const response = afterUrl === null ? null : await fetchOwn(afterUrl);
  if (response !== null) return response;
  const renewed = await renewAddress(key);
  return renewed === null ? null : fetchOwn(renewed);
}

/** Null if it fails. The page's policy lets it read nothing from other origins. */
async function fetchOwn(url: string): Promise<Response | null> {
  if (new URL(url, document.baseURI).origin !== window.location.origin) return null;
  const response = await fetch(url).catch(() => null);
  return response?.ok === true ? response : null;
}
