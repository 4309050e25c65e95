import writeFileAtomic from 'write-file-atomic';
import type { SavedState } from './saved-state.ts';

/** Keeps the state in a file, whole at any moment. */
export interface StateSaver {
  /** Resolves once the state as it is now, or a later one, is on the disk. */
  save(): Promise<void>;
  /** Saves the state for the last time. A later `save` does nothing. */
  close(): Promise<void>;
}

/** For a simulator that keeps nothing. */
export const noSaver: StateSaver = { save: async () => undefined, close: async () => undefined };

/** @param state the state as it is now. */
export function createStateSaver(path: string, state: () => SavedState): StateSaver {
  let running: Promise<void> | null = null;
  /** Writes what changed since `running` began. All who wait for that share it. */
  let next: Promise<void> | null = null;
  let closed = false;

  async function write() {
    try {
      await writeFileAtomic(path, JSON.stringify(state()), { mode: 0o600 });
    } finally {
      running = null;
    }
  }

  async function writeAfter(earlier: Promise<void>) {
    await earlier.catch(() => undefined);
    next = null;
    running = write();
    await running;
  }

  async function save() {
    if (closed) return;
    if (running === null) await (running = write());
    else await (next ??= writeAfter(running));
  }

  async function close() {
    const last = save();
    closed = true;
    await last;
  }

  return { save, close };
}
