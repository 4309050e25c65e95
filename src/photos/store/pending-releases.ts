import { isTransientFault } from './transient-fault.ts';
import type { IdempotencyRecordKey } from './store.ts';

/** Idempotency keys that are free again, although the store does not know it yet. */
export interface PendingReleases {
  has(recordKey: IdempotencyRecordKey): boolean;
  /**
   * Adds a key that is free.
   * @returns `release`, wrapped so that the key is removed once it has succeeded, or has failed
   * permanently.
   */
  add(recordKey: IdempotencyRecordKey, release: () => Promise<void>): () => Promise<void>;
  /** Removes a key, because the store will never know that it is free. */
  forget(recordKey: IdempotencyRecordKey): void;
}

export function createPendingReleases(): PendingReleases {
  const slots = new Set<string>();

  return {
    has: (recordKey) => slots.has(slotOf(recordKey)),
    add(recordKey, release) {
      const slot = slotOf(recordKey);
      slots.add(slot);
      return async function releaseAndForget() {
        try {
          await release();
        } catch (error) {
          if (!isTransientFault(error)) slots.delete(slot);
          throw error;
        }
        slots.delete(slot);
      };
    },
    forget: (recordKey) => void slots.delete(slotOf(recordKey)),
  };
}

function slotOf({ client, key }: IdempotencyRecordKey): string {
  return JSON.stringify([client, key]);
}
