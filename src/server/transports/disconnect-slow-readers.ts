import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../../common/log.ts';

export interface SlowReadersOptions {
  /**
   * The longest time in which a client may read nothing of its pending data, in milliseconds.
   * @default 60_000
   */
  readonly stallTimeoutMs?: number;
  readonly log: Pick<Log, 'warn'>;
}

interface Watched {
  /** Bytes that the system has accepted, of all that were ever written. */
  takenBytes: number;
  /** Checks in a row that found pending data, and nothing accepted since the check before. */
  looksInVain: number;
}

/** The longest time between two checks. */
const LOOK_INTERVAL_MS = 1000;

/**
 * Disconnects clients that do not read what they requested: responses, server-sent events, pictures and
 * WebSocket messages. Until then only some kilobytes are buffered for each: an HTTP response and each
 * subscription of a WebSocket produce no more than the client reads.
 * @returns the handle that ends the checks.
 */
export function disconnectSlowReaders(
  server: Server,
  { stallTimeoutMs = 60_000, log }: SlowReadersOptions,
): Disposable {
  const intervalMs = Math.min(stallTimeoutMs / 4, LOOK_INTERVAL_MS);
  // Checks are counted instead of the time between them: one long turn of the event loop can take that time.
  const maxLooksInVain = Math.ceil(stallTimeoutMs / intervalMs);
  const connections = new Map<Socket, Watched>();

  function watch(socket: Socket) {
    connections.set(socket, { takenBytes: 0, looksInVain: 0 });
    socket.on('close', () => connections.delete(socket));
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
    log.warn(
      { connections: slow.length },
      'Disconnected slow clients that do not read their responses',
    );
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
