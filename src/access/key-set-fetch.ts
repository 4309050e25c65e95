import type { FetchImplementation } from 'jose';
import { z } from 'zod';
import type { Log } from '../common/log.ts';
import { parseJson } from './parse-json.ts';

/** The keys could not be fetched. The log already has the reason. */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable';
}

export interface KeySetFetchOptions {
  /** The pause after a failure, in milliseconds. Fetches during the pause fail immediately. */
  readonly retryAfterMs: number;
  /** Aborts every fetch. */
  readonly closing: AbortSignal;
  readonly log: Pick<Log, 'error'>;
}

const MAX_BYTES = 1_048_576;

/**
 * Fetches the public keys of a token issuer, for `jose`. While the keys are unavailable, every token needs a
 * fetch. The pause after a failure keeps that from becoming a flood of fetches and log lines.
 */
export function createKeySetFetch(options: KeySetFetchOptions): FetchImplementation {
  const { retryAfterMs, closing, log } = options;
  let failedAtMs = -Infinity;

  return async (url, { signal, ...init }) => {
    if (performance.now() - failedAtMs < retryAfterMs) throw new KeySetUnavailable();
    try {
      const either = AbortSignal.any([signal, closing]);
      return Response.json(await fetchKeySet(url, { ...init, signal: either }));
    } catch (cause) {
      failedAtMs = performance.now();
      if (!closing.aborted) {
        log.error({ err: cause }, 'JWT_JWKS_URL cannot be read: tokens that need it are refused');
      }
      throw new KeySetUnavailable(undefined, { cause });
    }
  };
}

/** RFC 7517, section 5. */
const keySet = z.object({ keys: z.array(z.looseObject({})) });

async function fetchKeySet(url: string, init: RequestInit): Promise<object> {
  const response = await fetch(url, init);
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`The answer is HTTP ${response.status}, where 200 was expected`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`The answer is larger than ${MAX_BYTES} bytes`);
  }
  const parsed = keySet.safeParse(parseJson(Buffer.concat(chunks).toString()));
  if (!parsed.success) throw new Error('The answer is not a JSON Web Key Set');
  return parsed.data;
}
