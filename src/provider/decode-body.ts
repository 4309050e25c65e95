import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

type Decode = (body: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** The provider's answers have a few hundred bytes; a hundred megabytes must not fill the memory. */
export const MAX_ANSWER_BYTES = 64 * 1024;

const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflate],
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
]);

/** More than any server applies; each of them costs time. */
const MAX_CODINGS = 3;

/**
 * The text of an answer, by its header `content-encoding`. We ask for none, but a proxy on the way may not care,
 * and the id of a paid photo is in there. At once rather than in a thread: bodies are small, and a deadline that
 * is over waits for no thread.
 * @throws Error for an encoding that nobody knows, a body that is not in it, and a text of more than
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

/** Many servers leave out the frame that the standard asks for. */
function inflate(...[body, options]: Parameters<Decode>): Uint8Array {
  // The frame's first byte names its method, 8, in its lower half.
  return ((body[0] ?? 0) & 0x0f) === 8 ? inflateSync(body, options) : inflateRawSync(body, options);
}
