import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporaryName } from './write-whole.ts';

/**
 * Deletes the partial files in `incoming` that nobody has written to for `olderThanMs` milliseconds.
 * Not by who wrote them: that may be a gateway in another container, or on another machine. What has no name of an
 * incomplete file is somebody else's, and stays.
 */
export async function removeLeftovers(incoming: string, olderThanMs: number): Promise<void> {
  for (const name of (await readdir(incoming)).filter(isTemporaryName)) {
    const path = join(incoming, name);
    const writtenAtMs = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      // Complete by now, and in its place.
      () => Infinity,
    );
    if (Date.now() - writtenAtMs > olderThanMs) await rm(path, { force: true });
  }
}
