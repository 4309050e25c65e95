import type { DatabaseSync } from 'node:sqlite';
import { readDisabled } from '../outbox/delivery-row.ts';
import type { SyncOutbox } from './sync-store.ts';

/** The part of the outbox that remembers who wants no more webhooks. */
export function createSqliteDisabledReceivers(
  database: DatabaseSync,
): Pick<SyncOutbox, 'disabled' | 'disable' | 'enable'> {
  const selectDisabled = database.prepare('SELECT receiver, address_hash FROM disabled_receivers');
  const upsertDisabled = database.prepare(`
    INSERT INTO disabled_receivers (receiver, address_hash) VALUES (:receiver, :addressHash)
    ON CONFLICT (receiver) DO UPDATE SET address_hash = excluded.address_hash`);
  const deleteDisabled = database.prepare('DELETE FROM disabled_receivers WHERE receiver = ?');

  return {
    disabled: () => readDisabled(selectDisabled.all()),
    disable: (receiver, addressHash) => void upsertDisabled.run({ receiver, addressHash }),
    enable: (receiver) => Number(deleteDisabled.run(receiver).changes) > 0,
  };
}
