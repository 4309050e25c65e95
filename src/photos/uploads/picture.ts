import { GatewayError } from '../../common/errors.ts';
import { pictureType, SIGNATURE_BYTES } from '../picture/picture-type.ts';
import {
  createUploadReader,
  fileTooLarge,
  type UploadReader,
  type UploadReaderOptions,
} from './upload-reader.ts';

/** An uploaded file that is still arriving. It can be read once. */
export interface IncomingFile {
  /** As its sender gave it; empty for a file without a name. */
  readonly fileName: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A file whose first bytes are an image's. It is read with `read`, once. */
export interface Picture extends Pick<UploadReader, 'read'> {
  readonly fileName: string;
  /** The type by the file's signature, whatever its name or its sender claims. */
  readonly mediaType: string;
}

/**
 * Checks the first bytes of `file`. It reads no more than those until the picture is read.
 * @throws `BAD_USER_INPUT` for an empty file, `UNSUPPORTED_FILE_TYPE` for a file that is no image,
 * `FILE_TOO_LARGE`, and `UPLOAD_FAILED` for a sender that stalls.
 */
export async function openUpload(
  { fileName, bytes }: IncomingFile,
  options: UploadReaderOptions,
): Promise<Picture> {
  const reader = createUploadReader(bytes, options);
  try {
    const mediaType = await checkHead(await reader.head(SIGNATURE_BYTES), options.maxFileSizeBytes);
    return { fileName, mediaType, read: (beforeEnd) => reader.read(beforeEnd) };
  } catch (error) {
    reader.close();
    throw error;
  }
}

async function checkHead(head: Uint8Array, maxFileSizeBytes: number): Promise<string> {
  if (head.length === 0) {
    throw new GatewayError('BAD_USER_INPUT', 'The file is empty: choose a picture.');
  }
  const mediaType = await pictureType(head);
  if (mediaType === undefined) {
    throw new GatewayError(
      'UNSUPPORTED_FILE_TYPE',
      'The file is no image: send a picture such as a JPEG or PNG.',
    );
  }
  if (head.length > maxFileSizeBytes) throw fileTooLarge(maxFileSizeBytes);
  return mediaType;
}
