import type { DownloadUrl } from '../photos/photo.ts';
import type { Delivery } from '../photos/store/outbox/delivery.ts';
import { Webhook } from 'standardwebhooks';
import type { Receiver } from './receivers.ts';

/** The body of a webhook. `data` has the names of the type `Photo` of the schema. */
export function bodyOf(delivery: Delivery, downloadUrl: DownloadUrl | null): string {
  return JSON.stringify({
    type: delivery.type,
    timestamp: delivery.occurredAt,
    data: { id: delivery.photoId, client: delivery.client, ...delivery.photo, downloadUrl },
  });
}

/**
 * The headers of one attempt, by the Standard Webhooks specification. There is a signature by each secret
 * of the receiver, so that it can change secrets without a pause.
 */
export function headersOf(
  { id }: Pick<Delivery, 'id'>,
  { secrets }: Pick<Receiver, 'secrets'>,
  body: string,
  now: Date,
) {
  const signatures = secrets.map((secret) => new Webhook(secret.reveal()).sign(id, now, body));
  return {
    'content-type': 'application/json',
    'user-agent': 'photo-gateway',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}
