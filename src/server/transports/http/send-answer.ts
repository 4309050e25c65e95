import type { IncomingMessage } from 'node:http';
import { drainBody, hasBody, type DrainBounds } from '../bodies/drain-body.ts';
import { waitsForContinue } from '../bodies/expect-continue.ts';
import type { Answer, EventsAnswer } from './answer.ts';
import { compressAnswer } from './compress-answer.ts';
import type { Exchange, HeaderList } from './exchange.ts';
import type { SendEvents } from './send-events.ts';

/** Sends the response of an exchange. Resolves when it has been handed to Node, a stream when it began. */
export type SendAnswer = (exchange: Exchange, answer: Answer) => Promise<void>;

export interface SendAnswerOptions {
  /** How much of a body that nobody needs is read. */
  readonly drain: DrainBounds;
  readonly sendEvents: SendEvents;
}

/**
 * Sends the response only after the request has been read. A server that closes a connection with unread
 * bytes resets it, so a client that is still sending might see only a broken connection. A client that waits
 * to be asked for the body is not sending.
 *
 * If the body is over the bounds, the whole response is sent anyway, with `Connection: close`. Reading goes on
 * within the same bounds once more, so that the response can arrive, and then the connection ends.
 */
export function createSendAnswer({ drain, sendEvents }: SendAnswerOptions): SendAnswer {
  return async (exchange, answer) => {
    const { req, res } = exchange;
    const isRead = hasBeenRead(req) || (!waitsForContinue(req) && (await drainBody(req, drain)));
    const sent =
      'results' in answer ? answer : await compressAnswer(answer, req.headers['accept-encoding']);
    if (res.closed || res.destroyed) {
      if ('results' in answer) await abandon(answer);
      return;
    }
    const head = withHeaders(exchange.head, sent.headers);
    if ('results' in sent) {
      // A stream lasts long: the rest of its request is not read.
      res.writeHead(answer.status, isRead ? head : closing(head));
      if (exchange.isHead === true) {
        res.end();
        await abandon(sent);
      } else {
        sendEvents(res, sent);
      }
      return;
    }
    // With the length the client knows that the response is complete, even while the connection is open.
    const length = ['Content-Length', String(Buffer.byteLength(sent.body))];
    if (isRead) {
      head.push(...length);
      res.writeHead(answer.status, head);
      res.end(sent.body);
    } else {
      res.writeHead(answer.status, [...closing(head), ...length]);
      res.write(sent.body);
      await drainBody(req, drain);
      res.end();
    }
  };
}

async function abandon({ results }: EventsAnswer): Promise<void> {
  await results[Symbol.asyncIterator]().return?.();
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
