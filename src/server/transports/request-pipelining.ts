import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Handles the requests of each connection one after the other. */
export interface RequestSerializer {
  /** The listener for Node's requests. */
  readonly listener: RequestListener;
  /** The response in progress on a connection, or null. */
  answering(socket: Socket): ServerResponse | null;
}

export interface RequestSerializerOptions {
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

interface Line {
  answering: ServerResponse | null;
  readonly waiting: Request[];
}

/**
 * Passes a pipelined request to `listener` only when the response before it has ended. Node passes on all
 * requests that a client has sent, and buffers their responses until their turn. Behind an event stream that
 * turn never comes, and a few kilobytes of requests then hold hundreds of megabytes.
 */
export function createRequestSerializer({
  listener,
  maxWaiting = 8,
}: RequestSerializerOptions): RequestSerializer {
  const lines = new WeakMap<Socket, Line>();

  function lineOf(socket: Socket): Line {
    const known = lines.get(socket);
    if (known) return known;
    const line: Line = { answering: null, waiting: [] };
    lines.set(socket, line);
    return line;
  }

  function begin(line: Line, { req, res }: Request) {
    line.answering = res;
    res.on('close', () => {
      line.answering = null;
      const next = line.waiting.shift();
      // The client has left, or the response before had `Connection: close`, and nobody reads what follows
      // it.
      if (next && !req.socket.destroyed && !req.socket.writableEnded) begin(line, next);
      else line.waiting.length = 0;
    });
    listener(req, res);
  }

  return {
    listener(req, res) {
      const { socket } = req;
      // One read may contain hundreds of requests. Node emits them even after the connection was destroyed.
      if (socket.destroyed) return;
      const line = lineOf(socket);
      if (line.answering === null) begin(line, { req, res });
      else if (line.waiting.length < maxWaiting) line.waiting.push({ req, res });
      else socket.destroy();
    },
    answering: (socket) => lines.get(socket)?.answering ?? null,
  };
}
