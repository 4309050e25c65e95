import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { FormDataEncoder, type FileLike, type FormDataLike } from 'form-data-encoder';

type Value = string | FileLike;
type Fields = Readonly<Record<string, string>>;

export interface EncodedForm<Body> {
  /** Value of the `content-type` header. */
  readonly contentType: string;
  readonly body: Body;
}

export interface FormFile {
  readonly fileName: string;
  readonly mediaType: string;
  /** Chunks of at most 64 KiB. For a larger chunk that is a view, the encoder would send wrong bytes. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Encodes text fields as a complete `multipart/form-data` body, so that its length is known. */
export function encodeFields(fields: Fields): EncodedForm<Buffer> {
  const encoder = createEncoder(Object.entries(fields));
  const parts = [...encoder].filter((part) => part instanceof Uint8Array);
  return { contentType: encoder.contentType, body: Buffer.concat(parts) };
}

/**
 * Encodes a `multipart/form-data` body that streams `file` after the fields. So the provider knows the
 * account and the repair type before the first byte of the picture.
 */
export function encodeUpload(fields: Fields, file: FormFile): EncodedForm<Readable> {
  const encoder = createEncoder([...Object.entries(fields), ['file', toFileLike(file)]]);
  return {
    contentType: encoder.contentType,
    body: Readable.from(encoder.encode(), { objectMode: false }),
  };
}

function createEncoder(entries: readonly (readonly [string, Value])[]): FormDataEncoder {
  // The encoder's own boundary comes from Math.random(). An attacker who can predict it can craft a
  // file that ends its own part and adds fields, such as another repair type.
  return new FormDataEncoder(toFormData(entries), `photo-gateway-${randomUUID()}`);
}

/** The part of `FormData` that the encoder uses. The real one accepts no file but a `Blob`. */
function toFormData(entries: readonly (readonly [string, Value])[]): FormDataLike {
  function* iterate(): Generator<[string, Value], undefined, unknown> {
    for (const [name, value] of entries) yield [name, value];
    return undefined;
  }
  return {
    append: () => {
      throw new TypeError('this form is complete');
    },
    getAll: (name) => entries.filter((entry) => entry[0] === name).map((entry) => entry[1]),
    entries: iterate,
    [Symbol.iterator]: iterate,
    [Symbol.toStringTag]: 'FormData',
  };
}

function toFileLike({ fileName, mediaType, chunks }: FormFile): FileLike {
  return {
    name: safeFileName(fileName),
    // The encoder escapes names, but not the type: a line break in it would start a new header.
    type: /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : 'application/octet-stream',
    // Unknown. It only matters for the encoder's content-length, which is not used.
    size: Number.NaN,
    lastModified: 0,
    stream: () => chunks,
    [Symbol.toStringTag]: 'File',
  };
}

/**
 * Makes a file name safe to send. The encoder escapes quotes. Control characters are removed and path
 * separators replaced: some servers read a backslash before the closing quote as an escape, and miss
 * the end of the part. Of a name that is too long the end is kept, for its extension.
 */
function safeFileName(fileName: string): string {
  const name = fileName.replaceAll(/\p{Cc}/gu, '').replaceAll(/[\\/]/g, '_');
  return name.slice(-100).toWellFormed() || 'photo';
}
