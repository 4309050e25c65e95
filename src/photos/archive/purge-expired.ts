import type { Store } from '../store/store.ts';
import type { Archive } from './archive.ts';

export interface PurgeOptions {
  readonly store: Pick<Store, 'expired' | 'markExpired'>;
  readonly archive: Pick<Archive, 'remove'>;
  /** Pictures at a time. */
  readonly stepSize: number;
}

/**
 * Deletes the pictures whose time is over, step by step until none is left that can be deleted.
 * @throws one of the errors of those that cannot.
 */
export async function purgeExpired(
  { store, archive, stepSize }: PurgeOptions,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const pictures = await store.expired(stepSize);
    const failures: unknown[] = [];
    for (const { id, revision, name } of pictures) {
      if (signal.aborted) return;
      try {
        // In this order: a picture that nobody remembers any more would stay for ever.
        await archive.remove(name);
        await store.markExpired(id, revision);
      } catch (error) {
        failures.push(error);
      }
    }
    // Without any progress, the next step would be of the same pictures.
    if (pictures.length === stepSize && failures.length < stepSize) continue;
    if (failures.length > 0) throw failures[0];
    return;
  }
}
