/** A pause that another part of the program may end early. */
export interface Pause {
  /** Waits `ms` milliseconds, or until `end` is called. @throws the reason of `signal`. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Ends the current wait, if there is one. */
  end(): void;
}

export function createPause(): Pause {
  let end: (() => void) | null = null;

  async function wait(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = () => resolve();
    end = stop;
    const timer = setTimeout(stop, Math.max(0, ms));
    signal.addEventListener('abort', stop);
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
  }

  return { wait, end: () => end?.() };
}
