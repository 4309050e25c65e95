import type { Log } from '../../common/log.ts';
import { isPassingFault } from './passing-fault.ts';

/** Writes that a store could not take, until it can. */
export interface PendingWrites {
  readonly size: number;
  /**
   * Makes a write, and gives its result; null where that cannot be now and will be later. One that is late is made
   * once, in its turn: an earlier one that came after it could undo it.
   * @throws what `make` throws that will not pass; an Error where too many are late.
   */
  write<Result>(make: () => Promise<Result>): Promise<{ readonly result: Result } | null>;
  /** Makes those that are late, as far as they can be made now. */
  catchUp(): Promise<void>;
}

export interface PendingWritesOptions {
  readonly maxSize: number;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

export function createPendingWrites({ maxSize, log }: PendingWritesOptions): PendingWrites {
  const pending: (() => Promise<unknown>)[] = [];
  let catching: Promise<void> | null = null;

  async function write<Result>(make: () => Promise<Result>) {
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
    if (pending.length >= maxSize) throw new Error(`The store could not take ${maxSize} writes`);
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
    write,
    catchUp,
  };
}
