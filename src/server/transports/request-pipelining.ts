import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Takes the requests of each connection one after the other. */
export interface Turns {
  /** Where Node's requests go. */
  readonly listener: RequestListener;
  /** The answer that is under way on a connection, or null. */
  answering(socket: Socket): ServerResponse | null;
}

export interface TurnsOptions {
  readonly listener: RequestListener;
  /** Of one connection, behind the one that is being answered; one more ends the connection. @default 8 */
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
 * Gives a pipelined request to `listener` once the answer before it is out. Node gives on all that a client has
 * sent and keeps the answers in memory until their turn comes, which behind a stream of events is never: a few
 * kilobytes of requests then hold hundreds of megabytes.
 */
export function createTurns({ listener, maxWaiting = 8 }: TurnsOptions): Turns {
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
    res.once('close', () => {
      line.answering = null;
      const next = line.waiting.shift();
      // Nobody is there any more, or nobody listens behind an answer that says `Connection: close`.
      if (next && !req.socket.destroyed && !req.socket.writableEnded) begin(line, next);
      else line.waiting.length = 0;
    });
    listener(req, res);
  }

  return {
    listener(req, res) {
      const { socket } = req;
      // One read may hold hundreds of them, which come all the same when the connection has been ended.
      if (socket.destroyed) return;
      const line = lineOf(socket);
      if (line.answering === null) begin(line, { req, res });
      else if (line.waiting.length < maxWaiting) line.waiting.push({ req, res });
      else socket.destroy();
    },
    answering: (socket) => lines.get(socket)?.answering ?? null,
  };
}
