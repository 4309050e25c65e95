import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../../common/log.ts';

export interface SlowReadersOptions {
  /** Longest time for which a client may take nothing of what waits for it, in milliseconds. @default 60_000 */
  readonly stallTimeoutMs?: number;
  readonly log: Pick<Log, 'warn'>;
}

interface Watched {
  /** What the system has taken of all that was ever written. */
  takenBytes: number;
  /** Looks in a row that found something waiting, and nothing taken since the look before. */
  looksInVain: number;
}

/** The longest time between two looks. */
const LOOK_INTERVAL_MS = 1000;

/**
 * Cuts clients that do not read what they have asked for: answers, server-sent events, pictures and messages of
 * a WebSocket alike. Until then some kilobytes wait for each, since an HTTP response, and each subscription of a
 * WebSocket, brings no more than its client takes.
 * @returns what ends it.
 */
export function cutSlowReaders(
  server: Server,
  { stallTimeoutMs = 60_000, log }: SlowReadersOptions,
): Disposable {
  const intervalMs = Math.min(stallTimeoutMs / 4, LOOK_INTERVAL_MS);
  // Looks and not the time between them, which may be a turn of the event loop that took long by itself.
  const maxLooksInVain = Math.ceil(stallTimeoutMs / intervalMs);
  const connections = new Map<Socket, Watched>();

  function watch(socket: Socket) {
    connections.set(socket, { takenBytes: 0, looksInVain: 0 });
    socket.once('close', () => connections.delete(socket));
  }

  function isSlow(socket: Socket, watched: Watched): boolean {
    const { writableLength: waitingBytes } = socket;
    const takenBytes = socket.bytesWritten - waitingBytes;
    const isStalled = waitingBytes > 0 && takenBytes === watched.takenBytes;
    watched.looksInVain = isStalled ? watched.looksInVain + 1 : 0;
    watched.takenBytes = takenBytes;
    return watched.looksInVain > maxLooksInVain;
  }

  function look() {
    const slow = [...connections].filter(([socket, watched]) => isSlow(socket, watched));
    for (const [socket] of slow) socket.destroy();
    if (slow.length === 0) return;
    log.warn({ connections: slow.length }, 'Clients are cut that do not read what they asked for');
  }

  server.on('connection', watch);
  const timer = setInterval(look, intervalMs).unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      server.off('connection', watch);
      connections.clear();
    },
  };
}
