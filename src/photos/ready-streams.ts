import { createConcurrencyLimiter } from '../common/concurrency-limiter.ts';
import { GatewayError } from '../common/errors.ts';
import { noSuchPhoto } from '../provider/errno.ts';
import { isNotFound, photoExpired, photoNotReady, toldOfStore } from './failures.ts';
import type { Lifecycle } from './lifecycle.ts';
import { withoutPatience, type Patience } from './outlast-faults.ts';
import { parsePhotoId, unknownPhoto, type Photo } from './photo.ts';
import { rateLimitKeyOf, type Principal } from './principal.ts';
import type { PhotoRecord } from './store/store.ts';
import { createEventLoopBatcher } from './watching/per-turn.ts';
import { settledResults, type ResultThunk } from './watching/settled-results.ts';
import type { Watcher } from './watching/watcher.ts';

export interface ReadyStreams {
  /**
   * Opens a stream with one event for each photo when it is ready, at once if it is ready already.
   * Then the stream ends. A failure comes as an event that throws it, with the photo's id:
   * `WAIT_TIMEOUT`, `PHOTO_NOT_FOUND`, `PHOTO_EXPIRED`, `BAD_USER_INPUT`, `RATE_LIMITED`, and
   * `STORE_UNAVAILABLE` if the store is still away when the time is up. If the client waits for too many photos already, `RATE_LIMITED` is the only event. When the gateway closes, the
   * stream fails with the reason of `closing`.
   * @throws `BAD_USER_INPUT` for more than 100 photos.
   */
  open(principal: Principal, ids: readonly string[]): AsyncIterableIterator<ResultThunk<Photo>>;
  /** Resolves with the photo once it is READY, and never in another status. @throws as `open` tells. */
  whenReady(principal: Principal, id: string, signal: AbortSignal): Promise<Photo>;
}

export interface ReadyStreamsOptions {
  readonly lifecycle: Pick<Lifecycle, 'find'>;
  readonly watcher: Pick<Watcher, 'whenReady'>;
  /** Ends every stream that still waits, with its reason. */
  readonly closing: AbortSignal;
  /** Reads the store for a client that waits, as often as it takes. @default once */
  readonly patiently?: Patience;
  /** Longest wait for the store, in milliseconds. */
  readonly waitTimeoutMs: number;
  /** How many photos a client may wait for at a time, in all of its streams. @default 10_000 */
  readonly maxWaitsPerClient?: number;
}

type Known = PhotoRecord | 'foreign' | null;

interface Wanted {
  readonly client: string;
  readonly rateLimitKey: string;
  readonly id: string;
  readonly signal: AbortSignal;
  /** When it does not wait for the store any longer, by `performance.now()`. */
  readonly untilMs: number;
}

const MAX_PHOTOS = 100;
/** Photos that are looked up in one turn of the event loop. */
const LOOKUPS_PER_TURN = 20;
/** How often a photo is waited for, if it is uploaded again at that very moment. */
const MAX_ROUNDS = 3;
/** When a client may wait for further photos again: a guess. */
const RETRY_AFTER_MS = 5000;

export function createReadyStreams(options: ReadyStreamsOptions): ReadyStreams {
  const { lifecycle, watcher, closing, maxWaitsPerClient = 10_000 } = options;
  const { patiently = withoutPatience, waitTimeoutMs } = options;
  const waits = createConcurrencyLimiter(maxWaitsPerClient);
  const batcher = createEventLoopBatcher(LOOKUPS_PER_TURN);

  async function whenReady(principal: Principal, id: string, signal: AbortSignal): Promise<Photo> {
    const wanted = {
      client: principal.client,
      rateLimitKey: rateLimitKeyOf(principal),
      id,
      signal,
      untilMs: performance.now() + waitTimeoutMs,
    };
    parsePhotoId(id);
    await batcher.take();
    signal.throwIfAborted();
    return settle(wanted, await find(wanted), 1);
  }

  const find = ({ client, id, signal, untilMs }: Wanted) =>
    patiently(async () => lifecycle.find(client, id), signal, untilMs);

  /**
   * Resolves with a photo that is ready, or else waits for it. It is not async, and neither photo nor
   * registers are kept while it waits: thousands do.
   */
  function settle(wanted: Wanted, known: Known, round: number): Photo | Promise<Photo> {
    const settled = settledPhoto(known);
    if (settled !== null) return settled;
    if (round > MAX_ROUNDS) throw photoNotReady();
    const own = ownPhoto(known);
    const wasOwn = own !== null;
    return watcher
      .whenReady({ ...wanted, own }, wanted.signal)
      .then(nothing, missingOf)
      .then((missing) => lookAgain(wanted, wasOwn, missing, round));
  }

  /** After the wait, with the failure that there is no such photo, or null. */
  async function lookAgain(
    wanted: Wanted,
    wasOwn: boolean,
    missing: GatewayError | null,
    round: number,
  ): Promise<Photo> {
    const { id } = wanted;
    const known = await find(wanted);
    // Foreign now, or from the beginning. It is handled as an unknown photo is.
    if (known === 'foreign') throw missing ?? noSuchPhoto();
    if (known === null && missing === null) return { ...unknownPhoto(id), status: 'READY' };
    // If the client uploaded it while it waited, it is not missing.
    const isNews = !wasOwn && ownPhoto(known) !== null;
    if (missing !== null && settledPhoto(known) === null && !isNews) throw missing;
    return settle(wanted, known, round + 1);
  }

  function whenReadyNamed(principal: Principal, id: string, signal: AbortSignal): Promise<Photo> {
    return whenReady(principal, id, signal).catch((failure: unknown) => {
      const error = toldOfStore(failure);
      if (!(error instanceof GatewayError)) throw error;
      const { code, message, errno, retryAfterMs } = error;
      throw new GatewayError(code, message, { cause: error, errno, retryAfterMs, photoId: id });
    });
  }

  function open(principal: Principal, ids: readonly string[]) {
    const distinct = [...new Set(ids)];
    if (distinct.length > MAX_PHOTOS) throw tooMany();
    const wait = (id: string, signal: AbortSignal) => whenReadyNamed(principal, id, signal);
    const begin = () => waits.take(rateLimitKeyOf(principal), distinct.length) ?? refuse();
    return settledResults(distinct, wait, closing, begin);
  }

  function refuse(): never {
    throw new GatewayError(
      'RATE_LIMITED',
      `You wait for ${maxWaitsPerClient} photos, the limit for one client: end a subscription, or try again when some of them are ready.`,
      { retryAfterMs: RETRY_AFTER_MS },
    );
  }

  return { open, whenReady };
}

/** The photo if it is ready; null if it must be waited for. @throws `PHOTO_EXPIRED` */
function settledPhoto(known: Known): PhotoRecord | null {
  if (known === null || known === 'foreign' || known.status === 'PROCESSING') return null;
  if (known.status === 'EXPIRED') throw photoExpired();
  return known;
}

function ownPhoto(known: Known): PhotoRecord | null {
  return known !== null && known !== 'foreign' && known.revision > 0 ? known : null;
}

const nothing = () => null;

/** The failure that there is no such photo. @throws any other failure. */
function missingOf(error: unknown): GatewayError {
  if (isNotFound(error)) return error;
  throw error;
}

function tooMany() {
  return new GatewayError(
    'BAD_USER_INPUT',
    `One stream waits for at most ${MAX_PHOTOS} photos: open another for the rest.`,
  );
}
