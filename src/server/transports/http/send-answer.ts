import type { IncomingMessage } from 'node:http';
import { drainBody, hasBody, type DrainBounds } from '../bodies/drain-body.ts';
import type { Answer } from './answer.ts';
import type { Exchange, HeaderList } from './exchange.ts';
import type { SendEvents } from './send-events.ts';

/** Sends the response of an exchange. Resolves when it has been handed to Node, an event stream when it began. */
export type SendAnswer = (exchange: Exchange, answer: Answer) => Promise<void>;

export interface SendAnswerOptions {
  /** How much of a body that nobody needs is read. */
  readonly drain: DrainBounds;
  readonly sendEvents: SendEvents;
}

/**
 * Sends the response only after the request has been read. A server that closes a connection with unread
 * bytes resets it, so a client that is still sending might see only a broken connection.
 *
 * If the body is over the bounds, the whole response is sent anyway, with `Connection: close`. Reading goes on
 * within the same bounds once more, so that the response can arrive, and then the connection ends.
 */
export function createSendAnswer({ drain, sendEvents }: SendAnswerOptions): SendAnswer {
  return async (exchange, answer) => {
    const { req, res } = exchange;
    const isRead = hasBeenRead(req) || (await drainBody(req, drain));
    if (res.closed || res.destroyed) {
      if ('results' in answer) await answer.results[Symbol.asyncIterator]().return?.();
      return;
    }
    const head = withHeaders(exchange.head, answer.headers);
    if ('results' in answer) {
      // A stream lasts long: the rest of its request is not read.
      res.writeHead(answer.status, isRead ? head : closing(head));
      sendEvents(res, answer.results);
    } else if (isRead) {
      head.push('Content-Length', String(Buffer.byteLength(answer.body)));
      res.writeHead(answer.status, head);
      res.end(answer.body);
    } else {
      // With the length the client knows that the response is complete while the connection is still open.
      const length = ['Content-Length', String(Buffer.byteLength(answer.body))];
      res.writeHead(answer.status, [...closing(head), ...length]);
      res.write(answer.body);
      await drainBody(req, drain);
      res.end();
    }
  };
}

function hasBeenRead(req: IncomingMessage): boolean {
  return req.readableEnded || !hasBody(req);
}

/** `list` with `more`, which replaces headers of the same name. */
function withHeaders(list: HeaderList, more: HeaderList): string[] {
  // A type alone, which nothing else sets.
  if (more.length === 2) return [...list, ...more];
  const replaced = new Set(namesOf(more));
  return [...list.filter((_text, index) => !replaced.has(nameAt(list, index))), ...more];
}

function namesOf(list: HeaderList): readonly string[] {
  return list.filter((_text, index) => index % 2 === 0).map((name) => name.toLowerCase());
}

/** The name of the header that the text at `index` is part of. */
function nameAt(list: HeaderList, index: number): string {
  return list[index - (index % 2)]?.toLowerCase() ?? '';
}

function closing(head: HeaderList): string[] {
  return [...head.filter((_text, index) => nameAt(head, index) !== 'connection'), ...CLOSE];
}

const CLOSE = ['Connection', 'close'] as const;
