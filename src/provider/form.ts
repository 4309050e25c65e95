import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';

type Fields = Readonly<Record<string, string>>;

export interface EncodedForm<Body> {
  /** Value of the `content-type` header. */
  readonly contentType: string;
  readonly body: Body;
}

export interface FormFile {
  readonly fileName: string;
  readonly mediaType: string;
  /** Creates the body of the form: `head`, the file's bytes, `tail`. Called once. */
  readonly between: (head: Uint8Array, tail: Uint8Array) => Readable;
}

/** Encodes text fields as a complete `multipart/form-data` body, so that its length is known. */
export function encodeFields(fields: Fields): EncodedForm<Buffer> {
  const boundary = createBoundary();
  return {
    contentType: contentTypeOf(boundary),
    body: Buffer.from(`${encodeParts(fields, boundary)}${endOf(boundary)}`),
  };
}

/**
 * Encodes a `multipart/form-data` body that streams `file` after the fields. So the provider knows the
 * account and the repair type before the first byte of the picture.
 */
export function encodeUpload(
  fields: Fields,
  { fileName, mediaType, between }: FormFile,
): EncodedForm<Readable> {
  const boundary = createBoundary();
  const disposition = `form-data; name="file"; filename="${safeFileName(fileName)}"`;
  const fileHead = `--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${safeMediaType(mediaType)}\r\n\r\n`;
  return {
    contentType: contentTypeOf(boundary),
    body: between(
      Buffer.from(`${encodeParts(fields, boundary)}${fileHead}`),
      Buffer.from(`\r\n${endOf(boundary)}`),
    ),
  };
}

/**
 * A boundary that nobody can predict. Otherwise an attacker could craft a file that ends its own part and
 * adds fields, such as another repair type.
 */
function createBoundary(): string {
  return `photo-gateway-${randomUUID()}`;
}

function contentTypeOf(boundary: string): string {
  return `multipart/form-data; boundary=${boundary}`;
}

/** The names are our own, so nothing in them needs to be escaped. */
function encodeParts(fields: Fields, boundary: string): string {
  return Object.entries(fields)
    .map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join('');
}

function endOf(boundary: string): string {
  return `--${boundary}--\r\n\r\n`;
}

/**
 * Makes a file name safe to send. Control characters are removed, quotes escaped as browsers do it, and path
 * separators replaced: some servers read a backslash before the closing quote as an escape, and miss the end
 * of the part. Of a name that is too long the end is kept, for its extension.
 */
function safeFileName(fileName: string): string {
  const name = fileName.replaceAll(/\p{Cc}/gu, '').replaceAll(/[\\/]/g, '_');
  return (name.slice(-100).toWellFormed() || 'photo').replaceAll('"', '%22');
}

/** A line break in a media type would start a new header. */
function safeMediaType(mediaType: string): string {
  return /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : 'application/octet-stream';
}
