import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

type Decode = (body: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** The provider's answers have a few hundred bytes. One of a hundred megabytes must not fill the memory. */
export const MAX_ANSWER_BYTES = 64 * 1024;

const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflate],
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
]);

/** More encodings than any server applies. Each costs time. */
const MAX_CODINGS = 3;

/**
 * Decodes the text of an answer by its `content-encoding` header. The gateway asks for none, but a
 * proxy on the way may ignore that, and the text may contain the id of a paid photo. It is synchronous
 * and uses no thread: bodies are small, and a deadline that is over does not wait for a thread.
 * @throws Error for an unknown encoding, a body that is not in its encoding, and a text of more than
 * `MAX_ANSWER_BYTES`.
 */
export function decodeBody(body: Uint8Array, contentEncoding: string | undefined): string {
  const codings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > MAX_CODINGS) throw new Error('the answer is encoded too often');
  const plain = codings.reduceRight<Uint8Array>((bytes, coding) => {
    const decode = DECODERS.get(coding);
    if (decode === undefined) {
      throw new Error(`the answer has the content-encoding ${coding.slice(0, 40)}`);
    }
    return decode(bytes, { maxOutputLength: MAX_ANSWER_BYTES });
  }, body);
  return new TextDecoder().decode(plain);
}

/** Inflates with or without the zlib header. The standard requires it, but many servers omit it. */
function inflate(...[body, options]: Parameters<Decode>): Uint8Array {
  // The lower half of the header's first byte is the method, 8.
  return ((body[0] ?? 0) & 0x0f) === 8 ? inflateSync(body, options) : inflateRawSync(body, options);
}
