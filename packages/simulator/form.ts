import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { Failure } from './failure.ts';

/** Space in a body for everything except the file. */
const FIELDS_SIZE_BYTES = 65_536;

const LIMITS = { fields: 20, fieldSize: 1024, files: 5, parts: 25, headerPairs: 50 } as const;

export interface FormOptions {
  /** The path to which the field `file` is written; undefined discards files. */
  readonly filePath?: string;
  readonly maxFileSizeBytes: number;
  /**
   * Called once, when the file begins, with the fields before it. If it throws, the reading ends.
   */
  readonly onFile?: (fields: ReadonlyMap<string, string>) => void;
}

export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  /** Undefined if there was no file. */
  readonly fileSizeBytes: number | undefined;
}

/**
 * Reads a form body, multipart or urlencoded, and writes its file to disk as it arrives. Returns
 * when the whole body has been read. On an error it fails at once, and leaves the rest of the body
 * unread.
 * @throws Failure 9001 for a body that is not a form, or has too many or too long fields; 9006 for
 * a file that is too large, and for a truncated body.
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
    // One more than allowed: busboy reports a file of exactly the limit as truncated.
    const limits = { ...LIMITS, fileSize: maxFileSizeBytes + 1 };
    return busboy({ headers: request.headers, limits });
  } catch (error) {
    throw new Failure(9001, error);
  }
}

/** Returns the file's size. */
async function saveFile(file: Readable, path: string): Promise<number> {
  const target = createWriteStream(path);
  // Busboy ends a file that is too large like any other. Only this event reports it.
  file.once('limit', () => file.destroy(new Failure(9006)));
  await pipeline(file, target);
  return target.bytesWritten;
}

function discard(file: Readable): void {
  // A body that ends within the file makes the file emit an error too. Without a listener that
  // would end the process.
  file.on('error', () => undefined).resume();
}
