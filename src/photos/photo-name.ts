/** The longest name of a file on common file systems, in bytes. */
const MAX_BYTES = 255;

/**
 * Controls, and characters that are not seen and make a text look like another one: line and paragraph
 * separators, marks of the writing direction, a byte order mark.
 */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * The name of a photo, from a file's name as a client sent it: the last segment of a path, on whatever system,
 * in Unicode's form NFC, without `UNSEEN` characters, at most 255 bytes in UTF-8. Null if nothing is left. It is
 * a text to show, and never a path.
 */
export function photoNameOf(text: string): string | null {
  const segment = text.replaceAll(UNSEEN, '').split(/[\\/]/).at(-1) ?? '';
  const name = shortened(segment.toWellFormed().normalize('NFC').trim());
  return /^\.*$/.test(name) ? null : name;
}

/** Without its file name extension. */
export function stemOf(name: string): string {
  const stem = name.replace(EXTENSION, '').trimEnd();
  return stem === '' ? name : stem;
}

const EXTENSION = /\.[a-z0-9]{1,8}$/i;

/** Cuts a name that is too long before its extension. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const [extension = ''] = EXTENSION.exec(name) ?? [];
  let bytes = extension.length;
  let start = '';
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_BYTES) break;
    start += character;
  }
  return start.trimEnd() + extension;
}
