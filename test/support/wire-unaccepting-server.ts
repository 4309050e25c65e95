import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/**
 * An address at which connecting hangs, as behind a firewall that drops packets: a server that
 * accepts no connection, and whose queue is full.
 */
export async function startUnacceptingServer(): Promise<
  { readonly url: string } & AsyncDisposable
> {
  const worker = new Worker(new URL('wire-unaccepting-worker.ts', import.meta.url));
  const port = await new Promise<number>((resolve) => {
    worker.once('message', (message: unknown) => resolve(Number(message)));
  });
  const queued: Socket[] = [];
  // The system queues one connection more than the backlog says.
  for (let count = 0; count < 2; count += 1) {
    const socket = connect(port, '127.0.0.1');
    queued.push(socket);
    await once(socket, 'connect');
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of queued) socket.destroy();
      await worker.terminate();
    },
  };
}
