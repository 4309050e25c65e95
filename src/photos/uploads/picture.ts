import { GatewayError } from '../../common/errors.ts';
import { pictureType, SIGNATURE_BYTES } from '../picture/picture-type.ts';
import { readHead, resume } from '../picture/read-head.ts';
import { withIdleTimeout } from './idle-timeout.ts';
import { fileTooLarge, limitSize } from './limit-size.ts';

/** An uploaded file that is still arriving. It can be read once. */
export interface IncomingFile {
  readonly fileName: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface Picture {
  readonly fileName: string;
  /** The type by the file's signature, whatever its name or its sender claims. */
  readonly mediaType: string;
  /** The complete picture from its first byte. May throw `FILE_TOO_LARGE` or `UPLOAD_FAILED` midway. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface PictureLimits {
  /** A picture of exactly this size is accepted. */
  readonly maxFileSizeBytes: number;
  /** Longest wait for the next bytes from the sender. */
  readonly idleTimeoutMs: number;
}

/**
 * Checks the first bytes of `file`. It reads no more than those until `bytes` is iterated.
 * @throws `BAD_USER_INPUT` for an empty file, `UNSUPPORTED_FILE_TYPE` for a file that is no image,
 * `FILE_TOO_LARGE`, and `UPLOAD_FAILED` for a sender that stalls.
 */
export async function openPicture(file: IncomingFile, limits: PictureLimits): Promise<Picture> {
  const source = withIdleTimeout(file.bytes, limits.idleTimeoutMs)[Symbol.asyncIterator]();
  try {
    const head = await readHead(source, SIGNATURE_BYTES);
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
    if (head.length > limits.maxFileSizeBytes) throw fileTooLarge(limits.maxFileSizeBytes);
    return {
      fileName: file.fileName,
      mediaType,
      bytes: limitSize(resume(head, source), limits.maxFileSizeBytes),
    };
  } catch (error) {
    await source.return?.();
    throw error;
  }
}
