/** The longest name of a file on common file systems, in bytes. */
const MAX_BYTES = 255;

/**
 * Controls, and characters that are not seen and make a text look like another one: line and paragraph
 * separators, marks of the writing direction, a byte order mark.
 */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Dots alone, and what is part of a character beside it, but shows nothing alone: joiners, soft hyphens. */
const NOTHING = /^[.\p{Default_Ignorable_Code_Point}]*$/u;

/**
 * The name of a photo, from a file's name as a client sent it: the last segment of a path, on whatever system,
 * in Unicode's form NFC, without `UNSEEN` characters, at most 255 bytes in UTF-8. Null if nothing is left. It is
 * a text to show, and never a path.
 */
export function photoNameOf(text: string): string | null {
  const segment = text.replaceAll(UNSEEN, '').split(/[\\/]/).at(-1) ?? '';
  const name = shortened(segment.toWellFormed().normalize('NFC').trim());
  return NOTHING.test(name) ? null : name;
}

/** Without its file name extension. */
export function stemOf(name: string): string {
  const stem = name.replace(EXTENSION, '').trimEnd();
  return stem === '' ? name : stem;
}

const EXTENSION = /\.[a-z0-9]{1,8}$/i;

/** The longest extension that a picture is saved with, such as `.jpeg`, and a little more. In bytes. */
const MAX_EXTENSION_BYTES = 9;

/**
 * The name, without an extension, under which a picture of the photo is saved: `holiday-restored`. With its
 * extension it is no longer than a file's name may be.
 */
export function savedStemOf(name: string, kind: 'restored' | 'original'): string {
  const ending = `-${kind}`;
  const maxBytes = MAX_BYTES - MAX_EXTENSION_BYTES - ending.length;
  return startOf(stemOf(name), maxBytes).trimEnd() + ending;
}

/** Cuts a name that is too long before its extension. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const [extension = ''] = EXTENSION.exec(name) ?? [];
  return startOf(name, MAX_BYTES - extension.length).trimEnd() + extension;
}

/** As many whole characters from the start of `text` as `maxBytes` hold. */
function startOf(text: string, maxBytes: number): string {
  let bytes = 0;
  let start = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    start += character;
  }
  return start;
}
