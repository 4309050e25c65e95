import { convertPicture } from './convert-picture.ts';
import type { Conversion } from './conversion.ts';
import { fileKind, HEAD_BYTES } from './file-kind.ts';
import { judgeFile, refusalOfUnconverted, type FileLimits, type Refusal } from './judge-file.ts';

/** A file as it can be sent, or why it cannot. */
export type PreparedFile =
  | { readonly picture: Blob; readonly conversion: Conversion | null }
  | { readonly refusal: Refusal };

/** Checks a file by its bytes, and converts it to a JPEG if it would not be accepted as it is. */
export async function prepareFile(file: Blob, limits: FileLimits): Promise<PreparedFile> {
  const head = await file
    .slice(0, HEAD_BYTES)
    .arrayBuffer()
    .catch(() => null);
  // A folder, or a file that is gone.
  if (head === null) return { refusal: { name: 'notPicture' } };
  const kind = fileKind(new Uint8Array(head));
  const judgement = judgeFile({ kind, sizeBytes: file.size }, limits);
  if (judgement === 'send') return { picture: file, conversion: null };
  if (judgement !== 'convert' || kind === null) {
    return { refusal: judgement === 'convert' ? { name: 'notPicture' } : judgement };
  }
  const picture = await convertPicture(file, limits.maxBytes);
  if (picture === null) return { refusal: refusalOfUnconverted(kind, limits) };
  const wasTooLarge = file.size > limits.maxBytes;
  const conversion = { kind, fromBytes: file.size, toBytes: picture.size, wasTooLarge };
  return { picture: new File([picture], jpegName(file), { type: picture.type }), conversion };
}

function jpegName(file: Blob): string {
  const name = file instanceof File ? file.name : 'photo';
  return `${name.replace(/\.[^.]*$/, '')}.jpg`;
}
