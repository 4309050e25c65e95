import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

export interface WhileBlockedServer extends AsyncDisposable {
  readonly url: string;
  /**
   * Resolves once it blocks: a call has arrived completely, or, if it reads nothing at first, a
   * connection has.
   */
  readonly reached: () => Promise<void>;
  /**
   * Blocks this thread, and its event loop with it, for `forMs`. The server continues only
   * meanwhile.
   * @param answered whether to wait for its response too.
   */
  blockThread(forMs: number, answered: boolean): void;
}

/**
 * A server in its own thread that continues its work, a response in `pieces`, only while this
 * thread is blocked. To the server, this process looks like one that is stopped.
 */
export async function startWhileBlockedServer(
  pieces: readonly string[],
  readsAtOnce = true,
): Promise<WhileBlockedServer> {
  const shared = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT);
  const steps = new Int32Array(shared);
  const worker = new Worker(new URL('wire-while-blocked-worker.ts', import.meta.url), {
    workerData: { shared, pieces, readsAtOnce },
  });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', (message: unknown) => resolve(Number(message)));
    worker.once('error', reject);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async reached() {
      while (Atomics.load(steps, 0) === 0) await turn();
    },
    blockThread(forMs, answered) {
      Atomics.store(steps, 1, 1);
      Atomics.notify(steps, 1);
      const untilMs = performance.now() + forMs;
      if (answered) Atomics.wait(steps, 2, 0);
      const nothing = new Int32Array(new SharedArrayBuffer(4));
      Atomics.wait(nothing, 0, 0, Math.max(0, untilMs - performance.now()));
    },
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  };
}
