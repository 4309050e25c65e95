import type { IncomingMessage } from 'node:http';
import { andThen, type Awaitable } from '../../../common/awaitable.ts';
import { drainBody, hasBody, type DrainBounds } from '../bodies/drain-body.ts';
import { waitsForContinue } from '../bodies/expect-continue.ts';
import type { Answer, EventsAnswer } from './answer.ts';
import { compressAnswer, type EncodedAnswer } from './compress-answer.ts';
import type { Exchange, HeaderList } from './exchange.ts';
import type { SendEvents } from './send-events.ts';

/** Sends the response of an exchange. Is done when it has been handed to Node, a stream when it began. */
export type SendAnswer = (exchange: Exchange, answer: Answer) => Awaitable<void>;

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
  function untilRead(req: IncomingMessage): Awaitable<boolean> {
    if (req.readableEnded || !hasBody(req)) return true;
    return !waitsForContinue(req) && drainBody(req, drain);
  }

  function deliver(exchange: Exchange, answer: SentAnswer, wasRead: boolean): Awaitable<void> {
    const { res } = exchange;
    if ('results' in answer) return deliverEvents(exchange, answer, wasRead);
    if (res.closed || res.destroyed) return undefined;
    const head = withHeaders(exchange.head, answer.headers);
    // With the length the client knows that the response is complete, even while the connection is open.
    head.push('Content-Length', String(Buffer.byteLength(answer.body)));
    if (!wasRead) return deliverAndDrain(exchange, answer, closing(head));
    res.writeHead(answer.status, head);
    res.end(answer.body);
    return undefined;
  }

  async function deliverAndDrain(
    { req, res }: Exchange,
    { status, body }: EncodedAnswer,
    head: string[],
  ): Promise<void> {
    res.writeHead(status, head);
    res.write(body);
    await drainBody(req, drain);
    res.end();
  }

  function deliverEvents(
    { res, head, isHead = false }: Exchange,
    answer: EventsAnswer,
    wasRead: boolean,
  ): Awaitable<void> {
    if (res.closed || res.destroyed) return abandon(answer);
    const whole = withHeaders(head, answer.headers);
    // A stream lasts long: the rest of its request is not read.
    res.writeHead(answer.status, wasRead ? whole : closing(whole));
    if (!isHead) return sendEvents(res, answer);
    res.end();
    return abandon(answer);
  }

  return (exchange, answer) => {
    const { req } = exchange;
    return andThen(untilRead(req), (wasRead) => {
      const sent = 'results' in answer ? answer : compressAnswer(answer, req.headers);
      return andThen(sent, (ready) => deliver(exchange, ready, wasRead));
    });
  };
}

type SentAnswer = EncodedAnswer | EventsAnswer;

async function abandon({ results }: EventsAnswer): Promise<void> {
  await results[Symbol.asyncIterator]().return?.();
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
