import { z } from 'zod';
import type { Audience } from './audience.ts';
import type { EventType, ToldPhoto } from './delivery.ts';

const time = z.int().nullable();

/** A row of `uploads`: how far a client's own photo is, and what its receivers were told of it last. */
const uploadRow = z.object({
  client: z.string(),
  photo_id: z.string(),
  revision: z.int(),
  status: z.enum(['PROCESSING', 'READY', 'EXPIRED']),
  told: z.enum(['READY', 'EXPIRED']).nullable(),
  file_name: z.string().nullable(),
  repair_type: z.string().nullable(),
  background: z.string().nullable(),
  original_url: z.string().nullable(),
  uploaded_at: time,
  ready_at: time,
  expires_at: time,
});

export type OwnPhoto = z.infer<typeof uploadRow>;

/** Reads a row of `uploads`, of any database. */
export function readOwnPhoto(row: unknown): OwnPhoto {
  return uploadRow.parse(row);
}

/** A row to be added to `deliveries`. */
export interface NewDelivery {
  readonly id: string;
  readonly receiver: string;
  readonly client: string;
  readonly photoId: string;
  readonly revision: number;
  readonly type: EventType;
  readonly occurredAt: number;
  /** A `ToldPhoto` in JSON. */
  readonly photo: string;
}

/** What follows from a change of a client's photo. */
export interface News {
  readonly client: string;
  readonly photoId: string;
  /** What its receivers are told now; null if it has none. */
  readonly told: 'READY' | 'EXPIRED' | null;
  readonly deliveries: readonly NewDelivery[];
}

/** What the change of a client's photo is to its receivers; null if it is nothing new to them. */
export function eventOf(before: OwnPhoto, after: OwnPhoto, nowMs: number): EventType | null {
  if (after.status === 'PROCESSING') return null;
  if (before.status === 'PROCESSING') {
    // A client whose upload came to nothing may have an earlier picture again.
    const isReady = after.status === 'READY' && after.revision === before.revision;
    return isReady ? 'photo.ready' : 'photo.failed';
  }
  const expired = after.expires_at !== null && after.expires_at <= nowMs;
  const state = expired ? 'EXPIRED' : after.status;
  // Who was not told that it is ready is not told of its end.
  if (before.told === null || before.told === state) return null;
  return state === 'READY' ? 'photo.ready' : 'photo.expired';
}

export interface NewsOptions {
  readonly audience: Audience;
  readonly nowMs: number;
}

/** The news that an event of a client's photo is; the photo is `after` it now. */
export function newsOf(
  type: EventType,
  revision: number,
  after: OwnPhoto,
  { audience, nowMs }: NewsOptions,
): News {
  const { client, photo_id: photoId } = after;
  const receivers = audience.receiversOf(client);
  const photo = JSON.stringify(toldPhotoOf(after, type));
  const told = type === 'photo.expired' || after.status === 'PROCESSING' ? 'EXPIRED' : after.status;
  return {
    client,
    photoId,
    told: receivers.length === 0 ? null : told,
    deliveries: receivers.map((receiver) => ({
      id: `msg_${crypto.randomUUID()}`,
      receiver,
      client,
      photoId,
      revision,
      type,
      occurredAt: nowMs,
      photo,
    })),
  };
}

/** The news of a change of some clients' photos. */
export function newsOfChange(
  before: readonly OwnPhoto[],
  after: readonly OwnPhoto[],
  options: NewsOptions,
): readonly News[] {
  const changed = new Map(after.map((own) => [own.client, own]));
  return before.flatMap((earlier) => {
    const own = changed.get(earlier.client);
    const type = own && eventOf(earlier, own, options.nowMs);
    return own && type ? [newsOf(type, earlier.revision, own, options)] : [];
  });
}

function toldPhotoOf(own: OwnPhoto, type: EventType): ToldPhoto {
  return {
    status: type === 'photo.ready' ? 'READY' : 'EXPIRED',
    name: own.file_name,
    repairType: own.repair_type,
    background: own.background,
    originalUrl: own.original_url,
    uploadedAt: isoOf(own.uploaded_at),
    readyAt: type === 'photo.failed' ? null : isoOf(own.ready_at),
  };
}

const isoOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
