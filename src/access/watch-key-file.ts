import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../common/log.ts';
import { parseKeyFile, readKeyFile, type KeyFile } from './key-file.ts';

export interface WatchKeyFileOptions {
  readonly path: string;
  /** The text of the file that is already known. */
  readonly text: string;
  /** Called with the content of each new text that is well-formed. */
  readonly take: (file: KeyFile) => void;
  /** The time between two reads of the file, in milliseconds. */
  readonly intervalMs: number;
  readonly log: Pick<Log, 'info' | 'error'>;
}

/**
 * Reads the keys file again and again until it is disposed of. If the file is malformed or missing, the keys
 * stay as they are, and that is logged once.
 *
 * It reads the whole file each time. `fs.watch` sees nothing on many network and container mounts, and loses
 * a file that is replaced by another. A file's modification time can be too coarse to tell two changes apart.
 */
export function watchKeyFile(options: WatchKeyFileOptions): AsyncDisposable {
  const { path, take, intervalMs, log } = options;
  const closing = new AbortController();
  let seen = options.text;
  let reported: string | null = null;

  async function look() {
    try {
      const text = await readKeyFile(path);
      reported = null;
      if (text === seen) return;
      seen = text;
      const file = parseKeyFile(path, text);
      take(file);
      log.info({ keys: file.keys.length }, 'API_KEYS_FILE has changed: its keys are in use now');
    } catch (error) {
      if (reported === String(error)) return;
      reported = String(error);
      log.error({ err: error }, 'API_KEYS_FILE cannot be used: the previous keys stay in use');
    }
  }

  async function follow() {
    const { signal } = closing;
    try {
      // One read after the other, so that reads do not pile up on a mount that hangs.
      for (;;) {
        await delay(intervalMs, undefined, { signal });
        await look();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  const followed = follow();
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      await followed;
    },
  };
}
