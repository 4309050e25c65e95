import type { StudioPhoto } from '../photos/studio-photo.ts';
import { downloadName } from './download-name.ts';
import { isOwnOrigin } from './picture-access.ts';

type RenewAddress = (key: string) => Promise<string | null>;

/** Puts a restored picture on the clipboard. @throws Error if that fails. */
export async function copyPicture(photo: StudioPhoto, renew: RenewAddress): Promise<void> {
  // The promise goes into the item: a browser allows it only right after the click.
  await navigator.clipboard.write([
    new ClipboardItem({ 'image/png': fetchPicture(photo, renew).then(toPng) }),
  ]);
}

/** Hands a restored picture to another app. @throws Error if that fails. */
export async function sharePicture(photo: StudioPhoto, renew: RenewAddress): Promise<void> {
  const picture = await fetchPicture(photo, renew);
  const file = new File([picture], downloadName(photo), { type: picture.type });
  await navigator.share({ files: [file] });
}

async function fetchPicture({ key, afterUrl }: StudioPhoto, renew: RenewAddress): Promise<Blob> {
  const known = afterUrl !== null && isOwnOrigin(afterUrl) ? await fetch(afterUrl) : null;
  if (known?.ok === true) return known.blob();
  // It was on its way into the archive, or the address has expired.
  const renewed = await renew(key);
  const response = renewed !== null && isOwnOrigin(renewed) ? await fetch(renewed) : null;
  if (response?.ok !== true) throw new Error('The picture cannot be read.');
  return response.blob();
}

/** The only format of pictures that every clipboard takes. */
async function toPng(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/png' });
}
