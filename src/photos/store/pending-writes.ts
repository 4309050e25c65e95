import type { Log } from '../../common/log.ts';
import { isPassingFault } from './passing-fault.ts';

/** Writes that a store could not take, until it can. */
export interface PendingWrites {
  readonly size: number;
  /**
   * Keeps room for the writes of one upload, until it is disposed of, beside `others` that are remembered elsewhere;
   * null where there is none.
   */
  keepRoom(others: number): Disposable | null;
  /**
   * Makes a write, and gives its result; null where that cannot be now and will be later. One that is late is made
   * once, in its turn: an earlier one that came after it could undo it.
   * @param ofUpload whether it may have the room that is kept for uploads.
   * @throws what `make` throws that will not pass; an Error where too many are late.
   */
  write<Result>(
    make: () => Promise<Result>,
    ofUpload?: boolean,
  ): Promise<{ readonly result: Result } | null>;
  /** Makes those that are late, as far as they can be made now. */
  catchUp(): Promise<void>;
}

export interface PendingWritesOptions {
  readonly maxSize: number;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/** What an upload leads to at most: its photo, or that its key and one of its allowance are free again; and that it is ready. */
const WRITES_OF_UPLOAD = 3;

export function createPendingWrites({ maxSize, log }: PendingWritesOptions): PendingWrites {
  const pending: (() => Promise<unknown>)[] = [];
  let catching: Promise<void> | null = null;
  let kept = 0;

  function keepRoom(others: number): Disposable | null {
    if (pending.length + others + kept + WRITES_OF_UPLOAD > maxSize) return null;
    kept += WRITES_OF_UPLOAD;
    return { [Symbol.dispose]: () => void (kept -= WRITES_OF_UPLOAD) };
  }

  async function write<Result>(make: () => Promise<Result>, ofUpload = false) {
    await catchUp();
    if (pending.length === 0) {
      try {
        return { result: await make() };
      } catch (error) {
        if (!isPassingFault(error)) throw error;
        log.error(
          { err: error },
          'The store cannot be written to: what must not be lost waits until it can',
        );
      }
    }
    if (pending.length >= maxSize - (ofUpload ? 0 : kept))
      throw new Error(`The store could not take ${maxSize} writes`);
    pending.push(make);
    return null;
  }

  async function makeAll() {
    for (let [make] = pending; make !== undefined; [make] = pending) {
      try {
        await make();
      } catch (error) {
        if (isPassingFault(error)) return;
        log.error({ err: error }, 'What the store could not take at first it cannot take at all');
      }
      pending.shift();
    }
    log.warn({}, 'The store can be written to again');
  }

  async function catchUp() {
    if (pending.length === 0) return;
    // Two at a time would make the same write twice.
    catching ??= makeAll().finally(() => (catching = null));
    await catching;
  }

  return {
    get size() {
      return pending.length;
    },
    keepRoom,
    write,
    catchUp,
  };
}
