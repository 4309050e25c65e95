import type { Log } from '../../common/log.ts';
import { isTransientFault } from './transient-fault.ts';

/** Queue of writes that failed for the time being. They are repeated until the store accepts them. */
export interface PendingWrites {
  readonly size: number;
  /**
   * Reserves room for the writes of one upload, until it is disposed of. `others` is the number of
   * writes that are held elsewhere and count too. Null if there is no room.
   */
  reserveRoom(others: number): Disposable | null;
  /**
   * Makes a write, and returns its result, or queues it if it is not possible now. A queued write
   * succeeds once, and in its order: an earlier write that came after it could undo it.
   * @param ofUpload whether it may use the room that is reserved for uploads.
   * @throws what `make` throws, if that is permanent; an Error if too many writes are queued.
   */
  write<Result>(make: () => Promise<Result>, ofUpload?: boolean): Promise<Written<Result>>;
  /** Makes the queued writes, as far as that is possible now. They are also tried by themselves, now and then. */
  catchUp(): Promise<void>;
  /** Ends the tries. */
  close(): void;
}

/** A write that was made, or one that is queued, which may be taken out of the queue again. */
export type Written<Result> = { readonly result: Result } | { readonly withdraw: () => void };

export interface PendingWritesOptions {
  readonly maxSize: number;
  /** Time between two tries by themselves, in milliseconds. @default 1000 */
  readonly retryMs?: number;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/**
 * The most writes that one upload causes. First its photo, or the release of its key and of one
 * upload of its allowance. Then that it is ready.
 */
const WRITES_OF_UPLOAD = 3;

export function createPendingWrites(options: PendingWritesOptions): PendingWrites {
  const { maxSize, retryMs = 1000, log } = options;
  const pending: (() => Promise<unknown>)[] = [];
  let retry: NodeJS.Timeout | null = null;
  let closed = false;
  let catching: Promise<void> | null = null;
  let kept = 0;

  function reserveRoom(others: number): Disposable | null {
    if (pending.length + others + kept + WRITES_OF_UPLOAD > maxSize) return null;
    kept += WRITES_OF_UPLOAD;
    return { [Symbol.dispose]: () => void (kept -= WRITES_OF_UPLOAD) };
  }

  async function write<Result>(
    make: () => Promise<Result>,
    ofUpload = false,
  ): Promise<Written<Result>> {
    await catchUp();
    if (pending.length === 0) {
      try {
        return { result: await make() };
      } catch (error) {
        if (!isTransientFault(error)) throw error;
        log.error(
          { err: error },
          'The store cannot be written to: essential changes wait in memory',
        );
      }
    }
    if (pending.length >= maxSize - (ofUpload ? 0 : kept))
      throw new Error(`The store is behind by ${maxSize} writes`);
    pending.push(make);
    catchUpLater();
    return { withdraw: () => remove(make) };
  }

  /** It may have been removed already, and another one be the first now. */
  function remove(make: () => Promise<unknown>) {
    const index = pending.indexOf(make);
    if (index >= 0) pending.splice(index, 1);
  }

  function catchUpLater() {
    if (closed || retry !== null) return;
    retry = setTimeout(() => {
      retry = null;
      void catchUp().finally(() => pending.length > 0 && catchUpLater());
    }, retryMs).unref();
  }

  function close() {
    closed = true;
    if (retry !== null) clearTimeout(retry);
  }

  async function makeAll() {
    for (let [make] = pending; make !== undefined; [make] = pending) {
      try {
        await make();
      } catch (error) {
        if (isTransientFault(error)) return;
        log.error({ err: error }, 'A change that waited for the store has failed for good');
      }
      remove(make);
    }
    log.warn({}, 'The store can be written to again');
  }

  async function catchUp() {
    if (pending.length === 0) return;
    // Two runs at once would make the same write twice.
    catching ??= makeAll().finally(() => (catching = null));
    await catching;
  }

  return {
    get size() {
      return pending.length;
    },
    reserveRoom,
    write,
    catchUp,
    close,
  };
}
