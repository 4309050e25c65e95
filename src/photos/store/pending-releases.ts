import { isPassingFault } from './passing-fault.ts';
import type { IdempotencyRecordKey } from './store.ts';

/** The idempotency keys that are free again, where the store has not been told so yet. */
export interface PendingReleases {
  has(recordKey: IdempotencyRecordKey): boolean;
  /**
   * Notes that a key is free. @returns `release`, which forgets that again once it has succeeded, or has failed with
   * what does not pass.
   */
  note(recordKey: IdempotencyRecordKey, release: () => Promise<void>): () => Promise<void>;
  /** Forgets that a key is free: nobody will tell the store. */
  forget(recordKey: IdempotencyRecordKey): void;
}

export function createPendingReleases(): PendingReleases {
  const slots = new Set<string>();

  return {
    has: (recordKey) => slots.has(slotOf(recordKey)),
    note(recordKey, release) {
      const slot = slotOf(recordKey);
      slots.add(slot);
      return async function releaseAndForget() {
        try {
          await release();
        } catch (error) {
          if (!isPassingFault(error)) slots.delete(slot);
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
