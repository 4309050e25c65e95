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

/** Converts a photo in the gateway's response. */
export function fromGateway(photo: GatewayPhoto, clock: Clock) {
  const { repairType: type, background } = photo;
  return {
    ...fromReady(photo, clock),
    repair: type && { type, background },
    uploadedAt: localTime(photo.uploadedAt, clock),
    expectedReadyAt: localTime(photo.expectedReadyAt, clock),
  } satisfies Partial<StudioPhoto>;
}

/** Converts the gateway's event of a photo. */
export function fromReady({ id, status, downloadUrl, expiresAt }: ReadyPhoto, clock: Clock) {
  return {
    id,
    phase: PHASES[status],
    afterUrl: downloadUrl?.url ?? null,
    afterUrlEndsAt: localTime(downloadUrl?.expiresAt ?? null, clock),
    deletedAt: localTime(expiresAt, clock),
  } satisfies Partial<StudioPhoto>;
}

function localTime(time: string | null, clock: Clock): number | null {
  return time === null ? null : clock.toLocal(time);
}
