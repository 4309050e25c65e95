import { setTimeout as delay } from 'node:timers/promises';
import { nowMs } from '../measure/clock.ts';
import { openConnection } from './connection.ts';

export interface UploadLoadOptions {
  readonly endpoint: URL;
  /** The bytes of the request that every upload sends. */
  readonly request: Uint8Array;
  /** How many run at a time. */
  readonly together: number;
  /** After so many none begins. */
  readonly uploads: number;
}

export interface UploadLoad {
  /** From the connection to the answer, of each upload that has succeeded so far. */
  readonly latenciesMs: readonly number[];
  /** The id of each photo so far. */
  readonly ids: readonly string[];
  /** Answers so far that told the client to come back later. Each was tried again. */
  readonly refusals: number;
  /** Resolves when all have ended; rejects if one fails. */
  readonly ended: Promise<void>;
  /** Begins no further one, and waits for those that run. */
  stop(): Promise<void>;
}

export interface UploadTally extends Pick<UploadLoad, 'latenciesMs' | 'ids' | 'refusals'> {
  readonly seconds: number;
}

const RETRY_MS = 250;

/**
 * Begins to upload one picture again and again, each on a connection of its own, as different clients
 * do. An upload that is `RATE_LIMITED` is sent again.
 */
export function startUploads(options: UploadLoadOptions): UploadLoad {
  const { endpoint, request, uploads, together } = options;
  const latenciesMs: number[] = [];
  const ids: string[] = [];
  let left = uploads;
  let refusals = 0;

  async function upload() {
    const startedAt = nowMs();
    const body = await send();
    const id = /"(?:id|mdf)":"([^"]+)"/.exec(body)?.[1];
    if (id !== undefined) {
      latenciesMs.push(nowMs() - startedAt);
      ids.push(id);
      return;
    }
    if (!body.includes('RATE_LIMITED')) throw new Error(`The upload was answered ${body}`);
    refusals += 1;
    await delay(RETRY_MS);
    await upload();
  }
  async function send() {
    using connection = await openConnection(endpoint);
    const { body } = await connection.exchange(request);
    return body;
  }
  async function work() {
    while (left > 0) {
      left -= 1;
      await upload();
    }
  }

  const ended = Promise.all(Array.from({ length: together }, work)).then(() => undefined);
  // Whoever stops or awaits it is told of a failure.
  ended.catch(() => undefined);
  return {
    latenciesMs,
    ids,
    get refusals() {
      return refusals;
    },
    ended,
    stop() {
      left = 0;
      return ended;
    },
  };
}

/** Uploads as `startUploads` does, to the end. */
export async function uploadAll(options: UploadLoadOptions): Promise<UploadTally> {
  const startedAt = nowMs();
  const load = startUploads(options);
  await load.ended;
  const { latenciesMs, ids, refusals } = load;
  return { latenciesMs, ids, refusals, seconds: (nowMs() - startedAt) / 1000 };
}
