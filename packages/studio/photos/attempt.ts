import type { Repair } from './studio-photo.ts';

/** What is sent for a photo, again and again until it is answered. */
export interface Attempt {
  readonly idempotencyKey: string;
  readonly repair: Repair;
  /** When it was first sent, in milliseconds since 1970. */
  readonly sentAt: number;
}

/** An upload that has not been tried yet, under a key of its own. */
export function newAttempt(repair: Repair): Attempt {
  return { idempotencyKey: newKey(), repair, sentAt: Date.now() };
}

/** Whether two repairs ask for the same picture. */
export function isSame(one: Repair, other: Repair): boolean {
  return one.type === other.type && one.background === other.background;
}

/** A text that is given once: as a UUID is, but one that a page without TLS can make, too. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
