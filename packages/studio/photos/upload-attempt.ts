import type { Repair } from './studio-photo.ts';

/** The upload of a photo, which is sent repeatedly until there is a response. */
export interface UploadAttempt {
  readonly idempotencyKey: string;
  readonly repair: Repair;
  /** When it was first sent, in milliseconds since 1970. */
  readonly sentAt: number;
}

/** A new upload with a new key, not sent yet. */
export function newAttempt(repair: Repair): UploadAttempt {
  return { idempotencyKey: newKey(), repair, sentAt: Date.now() };
}

/** Whether two repairs produce the same picture. */
export function isSame(one: Repair, other: Repair): boolean {
  return one.type === other.type && one.background === other.background;
}

/** A unique text in the form of a UUID, which a page without TLS can make too. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
