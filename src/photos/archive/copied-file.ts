import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { FILE_MODE } from './write-whole.ts';

/**
 * A file that is written beside something more important. Writing never waits and never throws: if the disk
 * is too slow or fails, the file is given up.
 */
export interface CopiedFile {
  /** Whether it holds, or will hold, all that was written so far. */
  readonly isIntact: boolean;
  write(chunk: Uint8Array): void;
  /** Resolves once the file is complete and on the disk. @throws why it was given up. */
  finish(): Promise<void>;
  /** Gives the file up, and deletes it. Does nothing once `finish` has resolved. */
  discard(): void;
}

/** How many bytes may wait for the disk, in all files together. */
export interface WriteBudget {
  leftBytes: number;
}

/** The disk takes less than what is written. */
class SlowDiskError extends Error {
  override readonly name = 'SlowDiskError';
  readonly code = 'ESLOW';
}

export interface CopiedFileOptions {
  /** Must not exist. The file is created at the first write. */
  readonly path: string;
  readonly budget: WriteBudget;
  /** Called at most once, if the file is given up because of the disk. */
  readonly onFailed: (error: Error) => void;
}

export function createCopiedFile({ path, budget, onFailed }: CopiedFileOptions): CopiedFile {
  let stream: WriteStream | null = null;
  let failure: Error | null = null;

  function giveUp(error: Error) {
    if (failure !== null) return;
    failure = error;
    stream?.destroy();
  }

  function fail(error: Error) {
    if (failure === null) onFailed(error);
    giveUp(error);
  }

  function open(): WriteStream {
    const created = createWriteStream(path, { flags: 'wx', mode: FILE_MODE, flush: true });
    created.on('error', fail);
    // Not earlier: a file that is still being opened would be created after it was deleted.
    created.on('close', () => {
      // It is a leftover of this process then, and deleted as one.
      if (failure !== null) rm(path, { force: true }).catch(() => undefined);
    });
    return created;
  }

  function write(chunk: Uint8Array) {
    if (failure !== null) return;
    const { length } = chunk;
    if (budget.leftBytes < length) return fail(new SlowDiskError('The disk is too slow'));
    budget.leftBytes -= length;
    stream ??= open();
    stream.write(chunk, () => void (budget.leftBytes += length));
  }

  async function finish() {
    if (failure === null && stream !== null) await finished(stream.end());
    if (failure !== null) throw failure;
  }

  return {
    get isIntact() {
      return failure === null;
    },
    write,
    finish,
    discard: () => giveUp(new Error('The file is not needed')),
  };
}
