import { withIdleTimeout } from './idle-timeout.ts';
import { limitSize } from './limit-size.ts';
import { measure, type Content } from './measure.ts';
import type { IncomingFile, PictureLimits } from './picture.ts';

/**
 * Reads a file that is not sent on to its end, so that its sender is not left waiting, and returns
 * its content. Null if it did not arrive complete within `limits`: then it cannot be compared with
 * other files.
 */
export async function readContent(
  file: IncomingFile,
  { idleTimeoutMs, maxFileSizeBytes }: PictureLimits,
): Promise<Content | null> {
  let content: Content | null = null;
  const bytes = limitSize(withIdleTimeout(file.bytes, idleTimeoutMs), maxFileSizeBytes);
  const reader = measure(bytes, async (measured) => {
    content = measured;
  });
  try {
    while ((await reader.next()).done !== true);
  } catch {
    // The sender left, stalled, or sent too much. The upload that it repeats is not affected.
  }
  return content;
}
