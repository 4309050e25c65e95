import type { FileKind } from './file-kind.ts';

/** The files that the gateway accepts. */
export interface FileLimits {
  readonly maxBytes: number;
  /** Media types such as `image/jpeg`; null while they are unknown. */
  readonly formats: readonly string[] | null;
}

/** Why a file cannot be sent. */
export type Refusal =
  | { readonly name: 'notPicture' }
  | { readonly name: 'empty' }
  /** The same file is there already. */
  | { readonly name: 'duplicate' }
  | { readonly name: 'tooLarge'; readonly maxBytes: number }
  /** Neither the gateway nor this browser can read the format. */
  | { readonly name: 'unreadable'; readonly kind: FileKind };

export interface JudgedFile {
  /** Null if it is no picture. */
  readonly kind: FileKind | null;
  readonly sizeBytes: number;
}

/** Until the gateway has told its limits: its default (docs/settings.md, `MAX_FILE_SIZE`). */
export const DEFAULT_LIMITS: FileLimits = { maxBytes: 20 * 1024 * 1024, formats: null };

/** The formats that every restoration service reads. All others are converted to the first one. */
const SENT_AS_THEY_ARE = new Map<FileKind, string>([
  ['JPEG', 'image/jpeg'],
  ['PNG', 'image/png'],
  ['WebP', 'image/webp'],
]);

/** What becomes of a file: it is sent as it is, converted first, or refused. */
export function judgeFile(
  { kind, sizeBytes }: JudgedFile,
  { maxBytes, formats }: FileLimits,
): 'send' | 'convert' | Refusal {
  if (sizeBytes === 0) return { name: 'empty' };
  if (kind === null) return { name: 'notPicture' };
  const mediaType = SENT_AS_THEY_ARE.get(kind);
  const isAccepted = mediaType !== undefined && (formats?.includes(mediaType) ?? true);
  return isAccepted && sizeBytes <= maxBytes ? 'send' : 'convert';
}

/** Why a file is refused that this browser could not convert. */
export function refusalOfUnconverted(kind: FileKind, { maxBytes }: FileLimits): Refusal {
  return SENT_AS_THEY_ARE.has(kind) ? { name: 'tooLarge', maxBytes } : { name: 'unreadable', kind };
}
