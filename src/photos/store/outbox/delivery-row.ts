import { z } from 'zod';
import { DELIVERY_STATES, EVENT_TYPES, toldPhoto, type Delivery } from './delivery.ts';
import type { Backlog, ListedDelivery } from './outbox.ts';

const listed = {
  id: z.string(),
  receiver: z.string(),
  photo_id: z.string(),
  type: z.enum(EVENT_TYPES),
  occurred_at: z.int().transform((ms) => new Date(ms)),
  attempts: z.int(),
};

const deliveryRow = z.object({
  ...listed,
  client: z.string(),
  revision: z.int(),
  photo: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(toldPhoto),
});

const listedRow = z.object({
  ...listed,
  state: z.enum(DELIVERY_STATES),
  reason: z.string().nullable(),
});

const backlogRow = z.object({ waiting: z.int(), oldest_ms: z.number().nullable() });

const disabledRow = z.object({ receiver: z.string(), address_hash: z.string() });

/** Reads a row of `deliveries`, of any database. */
export function readDelivery(row: unknown): Delivery {
  const { photo_id: photoId, occurred_at: occurredAt, ...rest } = deliveryRow.parse(row);
  return { ...rest, photoId, occurredAt };
}

export function readListed(row: unknown): ListedDelivery {
  const { photo_id: photoId, occurred_at: occurredAt, ...rest } = listedRow.parse(row);
  return { ...rest, photoId, occurredAt };
}

export function readBacklog(row: unknown): Backlog {
  const { waiting, oldest_ms: oldestMs } = backlogRow.parse(row);
  return { waiting, oldestMs };
}

/** Reads the rows of `disabled_receivers`, of any database. */
export function readDisabled(rows: readonly unknown[]): ReadonlyMap<string, string> {
  return new Map(
    rows.map((row) => {
      const { receiver, address_hash: addressHash } = disabledRow.parse(row);
      return [receiver, addressHash];
    }),
  );
}
