/**
 * Groups `bytes` into parts of exactly `sizeBytes`. The last part holds the rest and is smaller. An
 * empty source yields one empty part. Each part is valid until the next one is requested, which
 * overwrites it.
 */
export async function* inParts(
  bytes: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  const part = Buffer.allocUnsafe(sizeBytes);
  let filled = 0;
  let parts = 0;
  for await (const chunk of bytes) {
    for (let taken = 0; taken < chunk.length;) {
      const piece = chunk.subarray(taken, taken + sizeBytes - filled);
      part.set(piece, filled);
      taken += piece.length;
      filled += piece.length;
      if (filled < sizeBytes) continue;
      yield part;
      filled = 0;
      parts += 1;
    }
  }
  if (filled > 0 || parts === 0) yield part.subarray(0, filled);
}
