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
  /** Chunks of at most 64 KiB: of a larger one that is a view the encoder would send the wrong bytes. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A `multipart/form-data` body of text fields, whole, so that it goes out with its length. */
export function encodeFields(fields: Fields): EncodedForm<Buffer> {
  const encoder = createEncoder(Object.entries(fields));
  const parts = [...encoder].filter((part) => part instanceof Uint8Array);
  return { contentType: encoder.contentType, body: Buffer.concat(parts) };
}

/**
 * A `multipart/form-data` body that streams `file` after the fields, so that the provider knows who
 * calls and for what before the first byte of the picture.
 */
export function encodeUpload(fields: Fields, file: FormFile): EncodedForm<Readable> {
  const encoder = createEncoder([...Object.entries(fields), ['file', toFileLike(file)]]);
  return {
    contentType: encoder.contentType,
    body: Readable.from(encoder.encode(), { objectMode: false }),
  };
}

function createEncoder(entries: readonly (readonly [string, Value])[]): FormDataEncoder {
  // The encoder's own boundary comes from Math.random(): who can foretell it can write a file that
  // ends its own part and adds fields, such as another repair type.
  return new FormDataEncoder(toFormData(entries), `photo-gateway-${randomUUID()}`);
}

/** The little of `FormData` that the encoder asks for; the real one would take no file but a `Blob`. */
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
    // The encoder escapes names but writes the type as it is: a line break in it would start a header.
    type: /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : 'application/octet-stream',
    // Unknown; it would matter only for the encoder's content-length, which is not used.
    size: Number.NaN,
    lastModified: 0,
    stream: () => chunks,
    [Symbol.toStringTag]: 'File',
  };
}

/**
 * Quotes are the encoder's to escape. Control characters and path separators go, since some servers
 * take a backslash before the closing quote for an escape and lose the part's end; the end of an
 * overlong name stays, for its extension.
 */
function safeFileName(fileName: string): string {
  const name = fileName.replaceAll(/\p{Cc}/gu, '').replaceAll(/[\\/]/g, '_');
  return name.slice(-100).toWellFormed() || 'photo';
}
