import { readDisabled } from '../outbox/delivery-row.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Session } from './database.ts';
import { sql } from './sql.ts';

/** The part of the outbox that remembers who wants no more webhooks. */
export function createPostgresDisabledReceivers(
  database: Session,
): Pick<Outbox, 'disabled' | 'disable' | 'enable'> {
  return {
    async disabled() {
      const { rows } = await database.query(sql`
        SELECT receiver, address_hash FROM disabled_receivers`);
      return readDisabled(rows);
    },
    async disable(receiver, addressHash) {
      await database.query(sql`
        INSERT INTO disabled_receivers (receiver, address_hash) VALUES (${receiver}, ${addressHash})
        ON CONFLICT (receiver) DO UPDATE SET address_hash = excluded.address_hash`);
    },
    async enable(receiver) {
      const { count } = await database.query(sql`
        DELETE FROM disabled_receivers WHERE receiver = ${receiver}`);
      return count > 0;
    },
  };
}
