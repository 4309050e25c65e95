import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import PQueue from 'p-queue';
import { createBatcher } from '../../common/batcher.ts';
import type { Log } from '../../common/log.ts';
import { outlastRestart } from '../outlast-faults.ts';
import type { Store, UploadReference } from '../store/store.ts';
import type { Archive } from './archive.ts';
import { createCopiedFile, type CopiedFile } from './copied-file.ts';
import { createOriginalsHealth, type OriginalsState } from './originals-health.ts';
import { originalName } from './picture-name.ts';
import { teed } from './teed.ts';
import { temporaryName } from './write-whole.ts';

/**
 * Keeps pictures as they were uploaded. They are copied to a local file on their way to the provider, and go
 * into the archive once the upload has succeeded. An upload is never slower for it, and never fails for it:
 * what the disk or the archive does not take is not kept.
 */
export interface OriginalKeeper {
  /** Begins the copy of a picture that is about to be sent. Null while the archive takes nothing. */
  begin(): OriginalCopy | null;
  state(): OriginalsState;
  /** Waits for what is on its way into the archive, but not for long. */
  close(): Promise<void>;
}

/** The copy of one picture. It ends with `keep` or `discard`. */
export interface OriginalCopy {
  /** Passes `bytes` on unchanged, and copies them. */
  tee(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Whether all that was passed on is in the copy, or on its way there. */
  readonly isIntact: boolean;
  /** Keeps it as the original of this upload, which has announced it to the store. Returns at once. */
  keep(upload: UploadReference, mediaType: string): void;
  discard(): void;
}

export interface OriginalKeeperOptions {
  readonly archive: Pick<Archive, 'adopt' | 'remove'>;
  readonly store: Pick<Store, 'markOriginalsKept'>;
  /** The folder of the copies. */
  readonly directory: string;
  /** Whether the archive took nothing at the last try. Then restored pictures come first. */
  readonly isArchiveFailing: () => boolean;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** Bytes that may wait for the disk, of all copies together. @default 32 MiB */
  readonly maxWaitingBytes?: number;
  /** Copies that go into the archive at a time. @default 4 */
  readonly concurrency?: number;
  /** Copies that may wait for that. One more is not kept. @default 1000 */
  readonly maxQueued?: number;
}

interface CompleteCopy {
  readonly upload: UploadReference;
  readonly mediaType: string;
  readonly path: string;
  readonly file: CopiedFile;
}

const MIB = 1024 * 1024;
/** How long an original waits for others to be noted in the store with it, in milliseconds. */
const LINGER_MS = 100;
const CLOSE_TIMEOUT_MS = 5000;

export function createOriginalKeeper(options: OriginalKeeperOptions): OriginalKeeper {
  const { archive, store, directory, maxQueued = 1000 } = options;
  const closing = new AbortController();
  const health = createOriginalsHealth(options.log);
  const budget = { leftBytes: options.maxWaitingBytes ?? 32 * MIB };
  const queue = new PQueue({ concurrency: options.concurrency ?? 4 });
  const notes = createBatcher(note, { lingerMs: LINGER_MS });

  function begin(): OriginalCopy | null {
    if (options.isArchiveFailing()) return null;
    const path = join(directory, temporaryName());
    const file = createCopiedFile({ path, budget, onFailed: (error) => health.missed(error) });
    return {
      tee: (bytes) => teed(bytes, (chunk) => file.write(chunk)),
      get isIntact() {
        return file.isIntact;
      },
      keep(upload, mediaType) {
        if (queue.size < maxQueued) void queue.add(() => adopt({ upload, mediaType, path, file }));
        else refuse(file);
      },
      discard: () => file.discard(),
    };
  }

  function refuse(file: CopiedFile) {
    file.discard();
    health.missed(new Error(`${maxQueued} pictures wait for the archive already`));
  }

  async function adopt({ upload, mediaType, path, file }: CompleteCopy): Promise<void> {
    try {
      await file.finish();
    } catch {
      // The file itself has told why.
      return;
    }
    const name = originalName(upload.id, upload.revision);
    try {
      await archive.adopt(name, { mediaType, path }, closing.signal);
      notes.add(upload);
    } catch (error) {
      file.discard();
      if (!closing.signal.aborted) health.missed(error);
    }
  }

  /** If it fails, nobody has the originals: the store has them deleted after a while. */
  async function note(uploads: readonly UploadReference[]): Promise<void> {
    try {
      const wanted = await outlastRestart(() => store.markOriginalsKept(uploads), closing.signal);
      health.kept(wanted.length);
      const names = new Set(wanted.map(nameOf));
      const unwanted = uploads.map(nameOf).filter((name) => !names.has(name));
      for (const name of unwanted) await archive.remove(name);
    } catch (error) {
      if (!closing.signal.aborted) health.missed(error, uploads.length);
    }
  }

  async function close() {
    const waiting = new AbortController();
    const settled = queue.onIdle().then(() => notes.settled());
    await Promise.race([settled, delay(CLOSE_TIMEOUT_MS, undefined, { signal: waiting.signal })]);
    waiting.abort();
    closing.abort();
  }

  return { begin, state: () => health.state(), close };
}

const nameOf = ({ id, revision }: UploadReference) => originalName(id, revision);
