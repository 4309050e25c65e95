import type { Log } from '../../common/log.ts';
import { isPassingFault } from './passing-fault.ts';

/** Writes that a store could not take, until it can. */
export interface LateWrites {
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

export interface LateWritesOptions {
  readonly maxSize: number;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

export function createLateWrites({ maxSize, log }: LateWritesOptions): LateWrites {
  const late: (() => Promise<unknown>)[] = [];
  let catching: Promise<void> | null = null;

  async function write<Result>(make: () => Promise<Result>) {
    await catchUp();
    if (late.length === 0) {
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
    if (late.length >= maxSize) throw new Error(`The store could not take ${maxSize} writes`);
    late.push(make);
    return null;
  }

  async function makeAll() {
    for (let [make] = late; make !== undefined; [make] = late) {
      try {
        await make();
      } catch (error) {
        if (isPassingFault(error)) return;
        log.error({ err: error }, 'What the store could not take at first it cannot take at all');
      }
      late.shift();
    }
    log.warn({}, 'The store can be written to again');
  }

  async function catchUp() {
    if (late.length === 0) return;
    // Two at a time would make the same write twice.
    catching ??= makeAll().finally(() => (catching = null));
    await catching;
  }

  return {
    get size() {
      return late.length;
    },
    write,
    catchUp,
  };
}
