import { z } from 'zod';

export type EventType = 'photo.ready' | 'photo.expired' | 'photo.failed';

export type DeliveryState = 'waiting' | 'delivered' | 'failed';

export const EVENT_TYPES = [
  'photo.ready',
  'photo.expired',
  'photo.failed',
] as const satisfies readonly EventType[];

export const DELIVERY_STATES = [
  'waiting',
  'delivered',
  'failed',
] as const satisfies readonly DeliveryState[];

/**
 * When a delivery is due that waits for the end of an earlier one of its photo: never, until that ends. A dead
 * receiver may have many of these, and nobody should have to look at them again and again.
 */
export const BLOCKED_MS = Number.MAX_SAFE_INTEGER;

const time = z.iso.datetime().nullable();

/** A photo as it was when its event happened, in the form in which it is sent. */
export const toldPhoto = z.object({
  status: z.enum(['READY', 'EXPIRED']),
  /** What the client calls it. */
  name: z.string().nullable().default(null),
  repairType: z.string().nullable(),
  background: z.string().nullable(),
  originalUrl: z.string().nullable(),
  uploadedAt: time,
  readyAt: time,
});

export type ToldPhoto = Readonly<z.infer<typeof toldPhoto>>;

/** An event on its way to one receiver. */
export interface Delivery {
  /** Unique, without a full stop, and the same for every attempt. */
  readonly id: string;
  readonly receiver: string;
  /** Whose photo it is. */
  readonly client: string;
  readonly photoId: string;
  readonly revision: number;
  readonly type: EventType;
  readonly occurredAt: Date;
  readonly photo: ToldPhoto;
  /** Attempts that failed. */
  readonly attempts: number;
}
