import type { IncomingFile } from '../photos/uploads/picture.ts';

/** What the variables of an operation hold for a file. graphql-upload-minimal gives its parts these names. */
export interface UploadedFile {
  readonly filename: string;
  /** The file's bytes, once. They end only if the whole form was well formed. */
  createReadStream(): AsyncIterable<Uint8Array>;
}

/** The file of an `Upload` argument, as the type of `src/photos`. Nothing is read before it is iterated. */
export async function openFile(upload: Promise<UploadedFile>): Promise<IncomingFile> {
  const file = await upload;
  return { fileName: file.filename, bytes: file.createReadStream() };
}
