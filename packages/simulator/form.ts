import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { Failure } from './failure.ts';

/** Room in a body for everything but the file. */
const FIELDS_SIZE_BYTES = 65_536;

const LIMITS = { fields: 20, fieldSize: 1024, files: 5, parts: 25, headerPairs: 50 } as const;

export interface FormOptions {
  /** Where to put the field `file`; undefined discards files. */
  readonly filePath?: string;
  readonly maxFileSizeBytes: number;
  /** Called once, when the file begins, with the fields before it; throwing ends the reading. */
  readonly onFile?: (fields: ReadonlyMap<string, string>) => void;
}

export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  /** Undefined where no file came. */
  readonly fileSizeBytes: number | undefined;
}

/**
 * Reads a form body, multipart or urlencoded, writing its file to disk as it comes. Returns when
 * the whole body has been read, or fails at once, leaving the rest of the body unread.
 * @throws Failure 9001 for a body that is no form, or has fields without end; 9006 for a file that
 *   is too large, and for a body that is cut off.
 */
export async function readForm(request: IncomingMessage, options: FormOptions): Promise<Form> {
  const parser = createParser(request, options.maxFileSizeBytes);
  const fields = new Map<string, string>();
  const ended = Promise.withResolvers<void>();
  let received: Promise<number> | undefined;
  let bodySizeBytes = 0;

  function receiveField(name: string, value: string, info: { readonly valueTruncated: boolean }) {
    if (info.valueTruncated) return ended.reject(new Failure(9001));
    fields.set(name, value);
  }
  function receiveFile(name: string, file: Readable) {
    const { filePath } = options;
    if (name !== 'file' || filePath === undefined || received !== undefined) return discard(file);
    try {
      options.onFile?.(fields);
    } catch (error) {
      discard(file);
      return ended.reject(error);
    }
    received = saveFile(file, filePath);
    received.catch(ended.reject);
  }
  function countBody(chunk: Buffer) {
    bodySizeBytes += chunk.length;
    if (bodySizeBytes > options.maxFileSizeBytes + FIELDS_SIZE_BYTES)
      ended.reject(new Failure(9006));
  }
  const refuseParts = () => ended.reject(new Failure(9001));
  const fail = (cause: unknown) => ended.reject(new Failure(9006, cause));
  function closeRequest() {
    if (!request.readableEnded) fail(undefined);
  }

  parser
    .on('field', receiveField)
    .on('file', receiveFile)
    .on('error', fail)
    .on('close', ended.resolve);
  parser.on('fieldsLimit', refuseParts).on('filesLimit', refuseParts).on('partsLimit', refuseParts);
  request.on('data', countBody).on('close', closeRequest).pipe(parser);
  try {
    await ended.promise;
    return { fields, fileSizeBytes: await received };
  } finally {
    request.off('data', countBody).off('close', closeRequest).unpipe(parser);
    parser.destroy();
    await received?.catch(() => undefined);
  }
}

function createParser(request: IncomingMessage, maxFileSizeBytes: number): busboy.Busboy {
  try {
    // One more than allowed: busboy calls a file of exactly the limit cut off.
    const limits = { ...LIMITS, fileSize: maxFileSizeBytes + 1 };
    return busboy({ headers: request.headers, limits });
  } catch (error) {
    throw new Failure(9001, error);
  }
}

/** Returns the file's size. */
async function saveFile(file: Readable, path: string): Promise<number> {
  const target = createWriteStream(path);
  // Busboy ends a file that is too large like any other: only this event tells.
  file.once('limit', () => file.destroy(new Failure(9006)));
  await pipeline(file, target);
  return target.bytesWritten;
}

function discard(file: Readable): void {
  // A body that ends within the file fails the file too, and unheard that ends the process.
  file.on('error', () => undefined).resume();
}
