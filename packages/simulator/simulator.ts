import type { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from './account.ts';
import type { CallContext } from './call-context.ts';
import { createCallLog, createEvents } from './events.ts';
import type { Call, SimulatorEvents } from './events.ts';
import type { Endpoint } from './failure.ts';
import { listen } from './listen.ts';
import { withDefaults } from './options.ts';
import type { SimulatorOptions } from './options.ts';
import { createPictures } from './pictures.ts';
import { createQueue } from './queue.ts';
import { createRequestHandler } from './request-handler.ts';
import { createWorkshop } from './workshop.ts';

export type { Call, SimulatorEvents } from './events.ts';
export type { Endpoint } from './failure.ts';
export type { SimulatorOptions } from './options.ts';
export type { RepairType } from './order.ts';

/** The provider's stand-in, running. */
export interface Simulator extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:4100`. */
  readonly url: string;
  /** The customer's identifier, and what the customer's tokens are signed with. */
  readonly thirdCode: string;
  readonly secretKey: string;
  readonly uploadsLeft: number;
  setUploadsLeft(uploads: number): void;
  /** The calls that came in, oldest first; the last 10,000 of them. Pictures' addresses are no calls. */
  readonly requests: readonly Readonly<Call>[];
  readonly events: EventEmitter<SimulatorEvents>;
  /** The next call of `endpoint` that has a valid token fails with `errno`. Repeated, the next ones do, in order. */
  failNext(endpoint: Endpoint, errno: number): void;
  /** Ends a picture's processing time: it is ready as soon as it is restored. */
  finish(mdf: string): void;
  /** Lets a picture's hour be over now. */
  expire(mdf: string): void;
  /** Ends connections and work at once, deletes all pictures, frees the port. Safe to call again. */
  close(): Promise<void>;
}

const INSPECTIONS_AT_A_TIME = 2;
const MOST_SWEEP_INTERVAL_MS = 60_000;

/**
 * Starts an HTTP server that is the provider's API to the letter (docs/provider-api.md), with
 * one customer and real work on pictures, which it keeps in a temporary folder of its own.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = withDefaults(options);
  const { now, thirdCode, secretKey } = settings;
  const events = createEvents();
  const account = createAccount(thirdCode, settings.uploads);
  const pictures = createPictures(now, settings.maxPictures);
  const inspections = createQueue(INSPECTIONS_AT_A_TIME, settings.maxQueued);
  const workshop = createWorkshop(settings, pictures, events);
  const log = createCallLog();
  const failures: { readonly endpoint: Endpoint; readonly errno: number }[] = [];
  let origin = '';

  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'photo-simulator-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  started.defer(() => workshop.close());

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
    workshop,
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
    finish: (mdf) => workshop.finish(mdf),
    expire: (mdf) => pictures.remove(mdf),
    close,
    [Symbol.asyncDispose]: close,
  };
}
