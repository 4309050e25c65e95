import { effect, untracked } from '@preact/signals';
import { ARCHIVED_WITHIN_MS } from './from-gateway.ts';
import type { PhotoList } from './photo-list.ts';
import type { Reachability } from './reachability.ts';
import type { StudioPhoto } from './studio-photo.ts';

/** Finds out until when restored pictures are kept. */
export interface Retention {
  /** Called with a photo that has just become ready. */
  learn(key: string): void;
  close(): void;
}

export interface RetentionOptions {
  readonly list: Pick<PhotoList, 'change' | 'gallery'>;
  readonly reachability: Pick<Reachability, 'connection'>;
  /** The photo as the gateway knows it now; null if it cannot be reached. */
  readonly askAbout: (key: string) => Promise<Pick<StudioPhoto, 'deletedAt'> | null>;
}

/**
 * When the gateway is asked, in milliseconds after a photo has become ready: a little after
 * `fromGateway` believes its time of deletion.
 */
const ASKED_AFTER_MS = ARCHIVED_WITHIN_MS + 1000;

/**
 * What a photo says of its deletion is shown only where there is no archive: a photo that has just
 * become ready has a time of deletion for a moment everywhere.
 */
export function createRetention({ list, reachability, askAbout }: RetentionOptions): Retention {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const unanswered = new Set<string>();
  let wasConnected = true;

  async function ask(key: string) {
    const told = await askAbout(key);
    if (told === null) {
      unanswered.add(key);
    } else {
      unanswered.delete(key);
      list.change(key, { deletedAt: told.deletedAt });
    }
  }

  /** An answer that was lost with the connection, or given before the archive was back. */
  function askAgain() {
    const isConnected = reachability.connection.value === 'connected';
    if (isConnected && !wasConnected) {
      const open = untracked(() => list.gallery.value).filter(
        ({ key, phase, deletedAt }) =>
          phase.name === 'ready' && (deletedAt !== null || unanswered.has(key)),
      );
      for (const { key } of open) void ask(key);
    }
    wasConnected = isConnected;
  }

  const stop = effect(askAgain);
  return {
    learn(key) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        void ask(key);
      }, ASKED_AFTER_MS);
      timers.add(timer);
    },
    close() {
      stop();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
