import type { Store } from '../store/store.ts';
import type { Archive } from './archive.ts';

export interface PurgeOptions {
  readonly store: Pick<Store, 'expired' | 'markExpired'>;
  readonly archive: Pick<Archive, 'remove'>;
  /** Pictures per step. */
  readonly stepSize: number;
}

/**
 * Deletes expired pictures, step by step, until none is left that can be deleted.
 * @throws one of the errors, if some cannot be deleted.
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
        // The order matters: a picture that the store has forgotten would stay for ever.
        await archive.remove(name);
        await store.markExpired(id, revision);
      } catch (error) {
        failures.push(error);
      }
    }
    // Without progress, the next step would try the same pictures again.
    if (pictures.length === stepSize && failures.length < stepSize) continue;
    if (failures.length > 0) throw failures[0];
    return;
  }
}
