import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../common/log.ts';
import { parseKeyFile, readKeyFile, type KeyEntry } from './key-file.ts';

export interface WatchKeyFileOptions {
  readonly path: string;
  /** The text that is known already. */
  readonly text: string;
  /** Called with the keys of each new text that is well-formed. */
  readonly take: (entries: readonly KeyEntry[]) => void;
  /** Between two looks at the file. */
  readonly intervalMs: number;
  readonly log: Pick<Log, 'info' | 'error'>;
}

/**
 * Reads the keys file again and again, until it is disposed of. A file that is malformed or gone changes
 * nothing, and is logged once.
 *
 * It is read whole each time: `fs.watch` sees nothing on many network and container mounts and loses a file
 * that another takes the place of, and a file's time can be too coarse to tell the second of two changes.
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
      const entries = parseKeyFile(path, text);
      take(entries);
      log.info({ keys: entries.length }, 'API_KEYS_FILE has changed, and its keys with it');
    } catch (error) {
      if (reported === String(error)) return;
      reported = String(error);
      log.error({ err: error }, 'API_KEYS_FILE cannot be used: the keys stay as they were before');
    }
  }

  async function follow() {
    const { signal } = closing;
    try {
      // One look after the other, so that a mount that hangs does not gather them.
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
