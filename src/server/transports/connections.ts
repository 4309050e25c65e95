import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The connections of a server. The requests of each are handled one after the other. */
export interface Connections {
  /** The response in progress on a connection, or null. */
  answering(socket: Duplex): ServerResponse | null;
  /** Ends each connection that has no request: idle ones now, the others after their last response. */
  endWhenIdle(): void;
}

export interface ConnectionsOptions {
  readonly server: Server;
  /** Handles a request. */
  readonly listener: RequestListener;
  /**
   * How many requests of one connection may wait behind the one in progress. One more ends the connection.
   * @default 8
   */
  readonly maxWaiting?: number;
}

interface Request {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** The requests of one connection. */
interface Line {
  answering: ServerResponse | null;
  readonly waiting: Request[];
}

/**
 * Passes a pipelined request to `listener` only when the response before it has ended. Node passes on all
 * requests that a client has sent, and buffers their responses until their turn. Behind an event stream that
 * turn never comes, and a few kilobytes of requests then hold hundreds of megabytes.
 *
 * The idle connections are known from that. Node's own `closeIdleConnections` skips those that have never sent
 * a request. Browsers open such connections ahead of need and keep them, and each would delay a stop until the
 * drain timeout. Upgraded connections no longer belong to HTTP and are left alone.
 */
export function serveConnections(options: ConnectionsOptions): Connections {
  const { server, listener, maxWaiting = 8 } = options;
  const lines = new Map<Duplex, Line>();
  let isEnding = false;

  function endIfIdle(socket: Duplex, { answering, waiting }: Line) {
    if (answering === null && waiting.length === 0) socket.end(() => socket.destroy());
  }

  function begin(line: Line, { req, res }: Request) {
    line.answering = res;
    res.on('close', () => {
      line.answering = null;
      const { socket } = req;
      const next = line.waiting.shift();
      // The client has left, or the response before had `Connection: close`, and nobody reads what follows
      // it.
      if (next && !socket.destroyed && !socket.writableEnded) begin(line, next);
      else line.waiting.length = 0;
      if (isEnding) endIfIdle(socket, line);
    });
    listener(req, res);
  }

  server.on('connection', (socket) => {
    lines.set(socket, { answering: null, waiting: [] });
    socket.on('close', () => lines.delete(socket));
  });
  server.on('upgrade', (_request, socket) => lines.delete(socket));
  server.on('request', (req, res) => {
    const { socket } = req;
    const line = lines.get(socket);
    // One read may contain hundreds of requests. Node emits them even after the connection was destroyed.
    if (socket.destroyed || line === undefined) return;
    if (line.answering === null) begin(line, { req, res });
    else if (line.waiting.length < maxWaiting) line.waiting.push({ req, res });
    else socket.destroy();
  });

  return {
    answering: (socket) => lines.get(socket)?.answering ?? null,
    endWhenIdle() {
      isEnding = true;
      for (const [socket, line] of lines) endIfIdle(socket, line);
    },
  };
}
