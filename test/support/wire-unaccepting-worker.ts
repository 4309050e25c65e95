import { createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { portOf } from './wire-server.ts';

/** The thread of `startDeafServer`. Once it listens it blocks, so that nothing is ever accepted. */
const server = createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(portOf(server.address()));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
