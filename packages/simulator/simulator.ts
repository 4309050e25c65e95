import type { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from './account.ts';
import type { CallContext } from './call-context.ts';
import { createCallLog, createEvents, type Call, type SimulatorEvents } from './events.ts';
import type { Endpoint } from './failure.ts';
import { listen } from './listen.ts';
import { withDefaults, type SimulatorOptions } from './options.ts';
import { createPictures } from './pictures.ts';
import { createQueue } from './queue.ts';
import { createRequestHandler } from './request-handler.ts';
import { createRestorer } from './restorer.ts';

export type { Call, SimulatorEvents } from './events.ts';
export type { Endpoint } from './failure.ts';
export type { SimulatorOptions } from './options.ts';
export type { RepairType } from './order.ts';

/** A running stand-in for the provider. */
export interface Simulator extends AsyncDisposable {
  /** The address on which it listens, such as `http://127.0.0.1:4100`. */
  readonly url: string;
  /** The customer's identifier, and the key of the customer's tokens. */
  readonly thirdCode: string;
  readonly secretKey: string;
  readonly uploadsLeft: number;
  setUploadsLeft(uploads: number): void;
  /** The last 10,000 incoming calls, oldest first. Requests for pictures do not count as calls. */
  readonly requests: readonly Readonly<Call>[];
  readonly events: EventEmitter<SimulatorEvents>;
  /**
   * Makes the next call of `endpoint` that has a valid token fail with `errno`. Repeated calls
   * queue further failures, in order.
   */
  failNext(endpoint: Endpoint, errno: number): void;
  /** Ends a picture's processing time: it is ready as soon as it is restored. */
  finish(mdf: string): void;
  /** Expires a picture now. */
  expire(mdf: string): void;
  /**
   * Ends connections and work at once, deletes all pictures, and frees the port. A second call does
   * nothing.
   */
  close(): Promise<void>;
}

const INSPECTIONS_AT_A_TIME = 2;
const MOST_SWEEP_INTERVAL_MS = 60_000;

/**
 * Starts an HTTP server that implements the provider's API to the letter (docs/provider-api.md).
 * It has one customer, and restores pictures, which it stores in its own temporary folder.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = withDefaults(options);
  const { now, thirdCode, secretKey } = settings;
  const events = createEvents();
  const account = createAccount(thirdCode, settings.uploads);
  const pictures = createPictures(now, settings.maxPictures);
  const inspections = createQueue(INSPECTIONS_AT_A_TIME, settings.maxQueued);
  const restorer = createRestorer(settings, pictures, events);
  const log = createCallLog();
  const failures: { readonly endpoint: Endpoint; readonly errno: number }[] = [];
  let origin = '';

  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'photo-simulator-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  started.defer(() => restorer.close());

  function takeFailure(endpoint: Endpoint): number | undefined {
    const index = failures.findIndex((failure) => failure.endpoint === endpoint);
    return index < 0 ? undefined : failures.splice(index, 1)[0]?.errno;
  }
  const addressOf = (name: string) => `${options.publicUrl ?? origin}/static/${name}`;
  const context: CallContext = {
    settings,
    account,
    pictures,
    inspections,
    restorer,
    folder,
    addressOf,
  };
  const handle = createRequestHandler({ context, log, events, takeFailure });
  const onFault = (error: unknown) => events.emit('fault', error);
  const listener = await listen({ ...settings, handle, onFault });
  started.defer(async () => {
    await Promise.all([listener.close(), inspections.close()]);
  });
  origin = listener.origin;

  const sweepTimer = setInterval(
    () => pictures.sweep(),
    Math.min(settings.keepForMs, MOST_SWEEP_INTERVAL_MS),
  );
  sweepTimer.unref();
  started.defer(() => clearInterval(sweepTimer));

  const running = started.move();
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= running.disposeAsync());
  return {
    url: origin,
    thirdCode,
    secretKey,
    get uploadsLeft() {
      return account.uploadsLeft;
    },
    setUploadsLeft: (uploads) => {
      account.uploadsLeft = uploads;
    },
    requests: log.calls,
    events,
    failNext: (endpoint, errno) => {
      failures.push({ endpoint, errno });
    },
    finish: (mdf) => restorer.finish(mdf),
    expire: (mdf) => pictures.remove(mdf),
    close,
    [Symbol.asyncDispose]: close,
  };
}
