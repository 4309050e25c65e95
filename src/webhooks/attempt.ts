import type { DownloadUrl } from '../photos/photo.ts';
import type { Delivery } from '../photos/store/outbox/delivery.ts';
import { bodyOf, headersOf } from './message.ts';
import { PostError, type PostAnswer, type PostClient } from './post-client.ts';
import type { Receiver } from './receivers.ts';

/** What came of one attempt. `gone`: the receiver wants no more webhooks. */
export type AttemptResult =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** How long the receiver asked to wait, in milliseconds; 0 if it did not. */
      readonly pauseMs: number;
    };

/** Sends a delivery once. @throws only the reason of `signal`. */
export type Attempt = (
  delivery: Delivery,
  receiver: Receiver,
  signal: AbortSignal,
) => Promise<AttemptResult>;

export interface AttemptOptions {
  readonly client: Pick<PostClient, 'post'>;
  /** The address of the picture at this moment; null if there is none. */
  readonly downloadUrlOf: (delivery: Delivery, signal: AbortSignal) => Promise<DownloadUrl | null>;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

export function createAttempt({ client, downloadUrlOf, now }: AttemptOptions): Attempt {
  return async function attempt(delivery, receiver, signal) {
    const downloadUrl =
      delivery.type === 'photo.ready' ? await downloadUrlOf(delivery, signal) : null;
    signal.throwIfAborted();
    const body = bodyOf(delivery, downloadUrl);
    const headers = headersOf(delivery, receiver, body, new Date(now()));
    try {
      return judge(await client.post(receiver.url, headers, body, signal), now());
    } catch (error) {
      if (!(error instanceof PostError)) throw error;
      return { kind: 'failed', reason: error.message, pauseMs: 0 };
    }
  };
}

function judge({ status, retryAfter }: PostAnswer, nowMs: number): AttemptResult {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone' };
  const redirect = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
  const reason = `The receiver answered HTTP ${status}${redirect}`;
  return { kind: 'failed', reason, pauseMs: pauseOf(retryAfter, nowMs) };
}

/** A receiver may ask for a pause of at most this. */
const MAX_PAUSE_MS = 3_600_000;

/** Reads `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date. */
function pauseOf(retryAfter: string | null, nowMs: number): number {
  if (retryAfter === null) return 0;
  const ms = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : new Date(retryAfter).getTime() - nowMs;
  return Number.isNaN(ms) ? 0 : Math.min(MAX_PAUSE_MS, Math.max(0, ms));
}
