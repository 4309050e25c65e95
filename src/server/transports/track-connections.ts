import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface TrackedConnections {
  /** Ends each connection that carries no request, now or as soon as its last answer is out. */
  endWhenIdle(): void;
}

/**
 * Node's own `closeIdleConnections` passes over a connection that has never sent a request, as browsers
 * open ahead of need and keep: it would hold up every stop until the drain timeout. An upgraded
 * connection is no longer HTTP's and is left alone.
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
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  server.on('upgrade', (_request, socket) => requests.delete(socket));

  return {
    endWhenIdle() {
      ending = true;
      endIdle();
    },
  };
}
