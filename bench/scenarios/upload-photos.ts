import { uploadBytes } from '../driver/multipart.ts';
import { uploadAll, type UploadTally } from '../driver/upload-load.ts';
import type { Subject } from '../subjects/subject.ts';

/** The size of a photo where its size does not matter. */
const SMALL_BYTES = 50_000;

/** Uploads small photos through the server, some at a time. */
export function uploadPhotos(
  { endpoint, fileScalar }: Subject,
  uploads: number,
  together: number,
): Promise<UploadTally> {
  const request = uploadBytes(endpoint, { fileScalar, fileBytes: SMALL_BYTES });
  return uploadAll({ endpoint, request, uploads, together: Math.min(together, uploads) });
}
