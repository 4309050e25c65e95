import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface TrackedConnections {
  /**
   * Ends each connection that has no request in progress: idle ones now, the others after their last
   * response.
   */
  endWhenIdle(): void;
}

/**
 * Tracks connections because Node's own `closeIdleConnections` skips those that have never sent a request.
 * Browsers open such connections ahead of need and keep them, and each would delay a stop until the drain
 * timeout. Upgraded connections no longer belong to HTTP and are left alone.
 */
export function trackConnections(server: Server): TrackedConnections {
  const requests = new Map<Duplex, number>();
  let ending = false;

  function count(socket: Duplex, change: 1 | -1) {
    const running = requests.get(socket);
    if (running === undefined) return;
    requests.set(socket, running + change);
    if (ending) endIdle();
  }

  function endIdle() {
    for (const [socket, running] of requests) if (running === 0) socket.end(() => socket.destroy());
  }

  server.on('connection', (socket) => {
    requests.set(socket, 0);
    socket.on('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.on('close', () => count(socket, -1));
  });
  server.on('upgrade', (_request, socket) => requests.delete(socket));

  return {
    endWhenIdle() {
      ending = true;
      endIdle();
    },
  };
}
