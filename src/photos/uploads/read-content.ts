import { withIdleTimeout } from './idle-timeout.ts';
import { limitSize } from './limit-size.ts';
import { measure, type Content } from './measure.ts';
import type { IncomingFile, PictureLimits } from './picture.ts';

/**
 * Reads a file that is not sent anywhere to its end, so that its sender is not left waiting, and tells
 * what it was. Null where it did not come whole within `limits`: then it can be told from no other.
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
    // The sender went away, stalled, or sends too much: the upload that it repeats is not harmed.
  }
  return content;
}
