import type { Outbox } from '../outbox/outbox.ts';
import type { Session } from './database.ts';
import { createPostgresDisabledReceivers } from './disabled-receivers.ts';
import { createPostgresOutboxCare } from './outbox-care.ts';
import { createStoreClock } from './store-clock.ts';

/** The outbox of a database that gateways use, for a command that is none of them: it takes no lease. */
export async function openPostgresOutbox(
  database: Session,
): Promise<Pick<Outbox, 'list' | 'resend' | 'disabled' | 'enable'>> {
  const clock = await createStoreClock(database, () => performance.now());
  return {
    ...createPostgresOutboxCare({ database, now: Date.now, clock }),
    ...createPostgresDisabledReceivers(database),
  };
}
