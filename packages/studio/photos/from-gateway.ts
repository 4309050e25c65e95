import type { PhotosReadySubscription } from '../../../schema/typed/graphql.ts';
import type { GatewayPhoto } from '../gateway/gateway.ts';
import type { GatewayClock } from '../gateway/gateway-clock.ts';
import type { Phase, StudioPhoto } from './studio-photo.ts';

type ReadyPhoto = PhotosReadySubscription['photosReady'];
type Clock = Pick<GatewayClock, 'toLocal'>;

const PHASES = {
  PROCESSING: { name: 'processing' },
  READY: { name: 'ready' },
  EXPIRED: { name: 'expired' },
} as const satisfies Record<GatewayPhoto['status'], Phase>;

/**
 * How long a photo that has become ready may be on its way into the archive, in milliseconds. Its
 * time of deletion may be over at once.
 */
export const ARCHIVED_WITHIN_MS = 20_000;

/** Converts a photo in the gateway's response. */
export function fromGateway(photo: GatewayPhoto, clock: Clock) {
  const { repairType: type, background } = photo;
  const readyAt = localTime(photo.readyAt, clock);
  const isNew = readyAt !== null && Date.now() - readyAt < ARCHIVED_WITHIN_MS;
  return {
    ...fromReady(photo, clock),
    deletedAt: isNew ? null : localTime(photo.expiresAt, clock),
    repair: type && { type, background },
    uploadedAt: localTime(photo.uploadedAt, clock),
    expectedReadyAt: localTime(photo.expectedReadyAt, clock),
  } satisfies Partial<StudioPhoto>;
}

/** Converts the gateway's event of a photo. */
export function fromReady({ id, status, downloadUrl }: ReadyPhoto, clock: Clock) {
  return {
    id,
    phase: PHASES[status],
    afterUrl: downloadUrl?.url ?? null,
    afterUrlEndsAt: localTime(downloadUrl?.expiresAt ?? null, clock),
  } satisfies Partial<StudioPhoto>;
}

function localTime(time: string | null, clock: Clock): number | null {
  return time === null ? null : clock.toLocal(time);
}
