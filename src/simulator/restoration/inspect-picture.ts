import { fileTypeFromFile } from 'file-type';
import { openPicture } from './decode.ts';
import { PictureError } from './picture-error.ts';

export interface PictureKind {
  readonly mediaType: string;
  /** What names of such files end with, without the dot. */
  readonly extension: string;
}

const SUPPORTED = new Set([
  'image/jpeg',
  'image/png',
  'image/apng',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
]);

/**
 * Tells by its bytes what kind of picture a file is, and decodes it once to the end, so that what
 * passes can be restored.
 * @throws PictureError `unsupported` for any other file; `abnormal` for a picture that is cut off,
 *   damaged, or of more than `maxPixels`, which is seen before it is decoded.
 */
export async function inspectPicture(path: string, maxPixels: number): Promise<PictureKind> {
  const type = await fileTypeFromFile(path);
  if (type === undefined || !SUPPORTED.has(type.mime)) throw new PictureError('unsupported');
  try {
    await openPicture(path, maxPixels).resize(16, 16, { fit: 'fill' }).raw().toBuffer();
  } catch (error) {
    throw new PictureError('abnormal', error);
  }
  return { mediaType: type.mime, extension: type.ext };
}
