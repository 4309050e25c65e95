/**
 * Marks what this browser stores with the access key under which it was sent, so that the next
 * visitor of a shared computer neither sees nor resumes it. It is short, so that the key cannot be
 * computed from it. Empty for no key.
 */
export function ownerOf(accessKey: string): string {
  if (accessKey === '') return '';
  // FNV-1a. A page without TLS has no cryptographic hash.
  let hash = 0x811c9dc5;
  for (const character of accessKey) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
