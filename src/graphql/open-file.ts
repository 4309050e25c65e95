import type { FileUpload } from 'graphql-upload-minimal';
import type { IncomingFile } from '../photos/uploads/picture.ts';

/** The file of an `Upload` argument, as the type of `src/photos`. Nothing is read before it is iterated. */
export async function openFile(upload: Promise<FileUpload>): Promise<IncomingFile> {
  const file = await upload;
  return { fileName: file.filename, bytes: file.createReadStream() };
}
