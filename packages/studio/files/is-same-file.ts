/** Whether two files have the same bytes. */
export async function isSameFile(one: Blob, other: Blob): Promise<boolean> {
  if (one.size !== other.size) return false;
  const [ours, theirs] = await Promise.all([one.arrayBuffer(), other.arrayBuffer()]);
  const bytes = new Uint8Array(theirs);
  return new Uint8Array(ours).every((byte, place) => byte === bytes[place]);
}
