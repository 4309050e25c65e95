import type { Store } from '../store/store.ts';
import type { Archive } from './archive.ts';
import { originalName } from './picture-name.ts';

export interface PurgeOptions {
  readonly store: Pick<Store, 'expired' | 'markExpired' | 'expiredOriginals' | 'forgetOriginal'>;
  readonly archive: Pick<Archive, 'remove'>;
  /** Pictures per step. */
  readonly stepSize: number;
}

/**
 * Deletes expired pictures and originals, step by step, until none is left that can be deleted.
 * @throws one of the errors, if some cannot be deleted.
 */
export async function purgeExpired(options: PurgeOptions, signal: AbortSignal): Promise<void> {
  const { store, archive } = options;
  await purge(options, signal, {
    find: (maxRows) => store.expired(maxRows),
    async remove({ id, revision, name }) {
      // The order matters: a picture that the store has forgotten would stay for ever.
      await archive.remove(name);
      await store.markExpired(id, revision);
    },
  });
  // Afterwards, because originals go with their pictures.
  await purge(options, signal, {
    find: (maxRows) => store.expiredOriginals(maxRows),
    async remove({ id, revision }) {
      await archive.remove(originalName(id, revision));
      await store.forgetOriginal(id, revision);
    },
  });
}

interface Purged<Item> {
  readonly find: (maxRows: number) => Promise<readonly Item[]>;
  readonly remove: (item: Item) => Promise<void>;
}

async function purge<Item>(
  { stepSize }: PurgeOptions,
  signal: AbortSignal,
  { find, remove }: Purged<Item>,
): Promise<void> {
  for (;;) {
    const items = await find(stepSize);
    const failures: unknown[] = [];
    for (const item of items) {
      if (signal.aborted) return;
      try {
        await remove(item);
      } catch (error) {
        failures.push(error);
      }
    }
    // Without progress, the next step would try the same pictures again.
    if (items.length === stepSize && failures.length < stepSize) continue;
    if (failures.length > 0) throw failures[0];
    return;
  }
}
