import { chargedBy, GatewayError } from '../../common/errors.ts';
import type { Principal } from '../principal.ts';
import { RecordLostError } from '../store/record-lost-error.ts';
import type { Store } from '../store/store.ts';

/** The uploads that a client may still make today. */
export interface Allowance {
  /** Uploads in a day. */
  readonly limit: number;
  readonly remaining: number;
  /** When the next day begins. */
  readonly resetsAt: Date;
}

export interface Allowances {
  /** What is left of the client's allowance today; null if the client has no limit. */
  of(principal: Principal): Promise<Allowance | null>;
  /** The period whose allowance an upload of the client uses now; null if it has no limit. */
  periodOf(principal: Principal): string | null;
  /**
   * Sends an upload and deducts it from the client's allowance. A failed upload is given back,
   * unless it may have been charged.
   * @throws `RATE_LIMITED` with `retryAfterMs` if nothing is left; what `send` throws.
   */
  spend<Result>(principal: Principal, send: () => Promise<Result>): Promise<Result>;
}

export interface AllowancesOptions {
  readonly store: Pick<Store, 'takeUpload' | 'returnUpload' | 'takenUploads'>;
  /** Uploads a day for a client that has no limit of its own; null for no limit. */
  readonly uploadsPerDay: number | null;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;

/** Creates the allowances. A day is a UTC day, so it is the same for all gateways of a fleet. */
export function createAllowances({ store, uploadsPerDay, now }: AllowancesOptions): Allowances {
  const limitOf = (principal: Principal) => principal.uploadsPerDay ?? uploadsPerDay;

  function today() {
    const nowMs = now();
    const resetsAt = new Date((Math.floor(nowMs / DAY_MS) + 1) * DAY_MS);
    return { period: new Date(nowMs).toISOString().slice(0, 10), resetsAt };
  }

  async function allowanceOf(principal: Principal): Promise<Allowance | null> {
    const limit = limitOf(principal);
    if (limit === null) return null;
    const { period, resetsAt } = today();
    const taken = await store.takenUploads(principal.client, period);
    // A lowered limit may be below what is already taken.
    return { limit, remaining: Math.max(0, limit - taken), resetsAt };
  }

  async function spend<Result>(principal: Principal, send: () => Promise<Result>): Promise<Result> {
    const limit = limitOf(principal);
    if (limit === null) return send();
    const { client } = principal;
    const { period, resetsAt } = today();
    if (!(await store.takeUpload(client, period, limit))) throw nothingLeft(limit, resetsAt);
    try {
      return await send();
    } catch (error) {
      if (chargedBy(error) !== null && !isSettled(error)) await store.returnUpload(client, period);
      throw error;
    }
  }

  function nothingLeft(limit: number, resetsAt: Date) {
    return new GatewayError(
      'RATE_LIMITED',
      `All ${limit} uploads of today are used: upload again after ${resetsAt.toISOString()}.`,
      { retryAfterMs: resetsAt.getTime() - now() },
    );
  }

  return {
    of: allowanceOf,
    periodOf: (principal) => (limitOf(principal) === null ? null : today().period),
    spend,
  };
}

/** Whether another gateway has settled the upload, which gave it back to the allowance. */
function isSettled(error: unknown): boolean {
  return (
    error instanceof GatewayError &&
    error.cause instanceof RecordLostError &&
    error.cause.reason === 'settled'
  );
}
