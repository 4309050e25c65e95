import type { EventEmitter } from 'node:events';
import { basename } from 'node:path';
import { createAccount } from './account.ts';
import type { CallContext } from './call-context.ts';
import { createCallLog, createEvents, type Call, type SimulatorEvents } from './events.ts';
import type { Endpoint } from './failure.ts';
import { listen, type Listener } from './listen.ts';
import { openFolder } from './open-folder.ts';
import { withDefaults, type SimulatorOptions } from './options.ts';
import { createPictures, type Picture } from './pictures.ts';
import { createQueue } from './queue.ts';
import { createRequestHandler } from './request-handler.ts';
import { createRestorer } from './restorer.ts';
import type { SavedPicture, SavedState } from './saved-state.ts';
import { createStateSaver, noSaver } from './state-saver.ts';

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
   * Ends connections and work at once, and frees the port. Without a `directory` it deletes all pictures; else
   * the next simulator there continues. A second call does nothing.
   */
  close(): Promise<void>;
}

const INSPECTIONS_AT_A_TIME = 2;
const MOST_SWEEP_INTERVAL_MS = 60_000;

/**
 * Starts an HTTP server that implements the provider's API to the letter (docs/provider-api.md).
 * It has one customer, and restores pictures, which it stores in a folder of its own.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = withDefaults(options);
  const { thirdCode, secretKey, onWarning } = settings;
  const events = createEvents();
  const onFault = (error: unknown) => void events.emit('fault', error);
  await using started = new AsyncDisposableStack();
  const folder = await openFolder({
    directory: options.directory,
    onDamaged: (error) => onWarning('The state of the simulator is damaged: it starts anew', error),
  });
  started.defer(() => folder.close());
  const { saved } = folder;
  const uploads = options.uploads ?? saved?.uploadsLeft ?? settings.uploads;
  const account = createAccount(thirdCode, uploads);
  const pictures = createPictures({
    ...settings,
    onChange: () => void saver.save().catch(onFault),
  });
  const inspections = createQueue(INSPECTIONS_AT_A_TIME, settings.maxQueued);
  const restorer = createRestorer(settings, pictures, events);
  const log = createCallLog();
  const failures: { readonly endpoint: Endpoint; readonly errno: number }[] = [];
  let origin = '';
  const state = (): SavedState => ({
    version: 1,
    port: Number(new URL(origin).port),
    uploadsLeft: account.uploadsLeft,
    pictures: pictures.all.map(savedPicture),
  });
  const saver = folder.statePath === null ? noSaver : createStateSaver(folder.statePath, state);
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
    save: () => saver.save(),
    folder: folder.path,
    addressOf,
  };
  for (const picture of folder.pictures) pictures.add(picture);
  const handle = createRequestHandler({ context, log, events, takeFailure });
  const listener = await listenAgain(saved?.port ?? 0);
  // Before the restorer ends its work in the middle.
  started.defer(() => saver.close().catch(onFault));
  started.defer(async () => {
    await Promise.all([listener.close(), inspections.close()]);
  });
  origin = listener.origin;
  pictures.sweep();
  for (const picture of pictures.all) if (picture.state === 'processing') restorer.begin(picture);
  await saver.save();

  /** Listens on the port that it had last, so that addresses given out stay right, if that is free. */
  async function listenAgain(lastPort: number): Promise<Listener> {
    const { host, port } = settings;
    if (options.port !== undefined || lastPort === 0)
      return listen({ host, port, handle, onFault });
    try {
      return await listen({ host, port: lastPort, handle, onFault });
    } catch (error) {
      onWarning(
        `The simulator cannot have its last port ${lastPort} again: earlier addresses of pictures are lost`,
        error,
      );
      return listen({ host, port, handle, onFault });
    }
  }

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
    setUploadsLeft: (left) => {
      account.uploadsLeft = left;
      saver.save().catch(onFault);
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

function savedPicture({ original, expiresAtMs, ...picture }: Picture): SavedPicture {
  const { mdf, order, originalName, state } = picture;
  return {
    mdf,
    order,
    originalName,
    originalFile: basename(original.path),
    mediaType: original.mediaType,
    state,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
}
