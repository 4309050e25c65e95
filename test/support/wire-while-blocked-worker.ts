import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { portOf } from './wire-server.ts';

/** The thread of `startPatientServer`. */
const { shared, pieces, readsAtOnce } = z
  .object({
    shared: z.instanceof(SharedArrayBuffer),
    pieces: z.array(z.string()),
    readsAtOnce: z.boolean(),
  })
  .parse(workerData);
const steps = new Int32Array(shared);

/** Blocks until the other thread blocks. */
function waitForTurn() {
  Atomics.store(steps, 0, 1);
  Atomics.wait(steps, 1, 0);
}

const server = createServer((socket) => {
  let end = '';
  socket.on('error', () => undefined);
  socket.setNoDelay(true);
  if (!readsAtOnce) waitForTurn();
  socket.on('data', (chunk: Buffer) => {
    end = (end + chunk.toString('latin1')).slice(-100);
    // The end of a form, and of a body whose length was not known.
    if (!/--\r\n\s*(?:0\r\n\r\n)?$/.test(end)) return;
    if (readsAtOnce) waitForTurn();
    for (const piece of pieces.slice(0, -1)) socket.write(piece);
    socket.write(pieces.at(-1) ?? '', () => {
      Atomics.store(steps, 2, 1);
      Atomics.notify(steps, 2);
    });
  });
});
server.listen(0, '127.0.0.1', () => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(portOf(server.address()));
});
