import { setInterval } from 'node:timers/promises';
import { createFolderArchive } from '../../src/photos/archive/folder-archive.ts';
import { MIB, patternOf } from './archive-sources.ts';

/**
 * Stores a picture that never ends in the archive in the folder of its argument, and reports once
 * it has begun.
 */
const [directory = ''] = process.argv.slice(2);
const archive = await createFolderArchive({ directory, signingKey: Buffer.alloc(32) });

async function* endless() {
  yield patternOf(MIB);
  // When more is requested, the archive has written that.
  process.stdout.write(`${process.pid}\n`);
  for await (const _ of setInterval(10)) yield patternOf(1024);
}

await archive.put(
  'killed',
  { mediaType: 'image/png', bytes: endless() },
  new AbortController().signal,
);
