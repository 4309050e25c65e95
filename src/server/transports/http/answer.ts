import type { ExecutionResult } from 'graphql';
import { GRAPHQL_TYPE, JSON_TYPE, MULTIPART_TYPE, STREAM_TYPE, type ResultType } from './accept.ts';
import type { HeaderList } from './exchange.ts';
import { headersOf, statusOf, withoutHttp } from './http-extension.ts';

/** A response to an operation: a whole one, or one whose events follow. */
export type Answer = BodyAnswer | EventsAnswer;

export interface BodyAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string;
}

export interface EventsAnswer {
  readonly status: 200;
  readonly headers: HeaderList;
  readonly results: AsyncIterable<ExecutionResult>;
}

const HEADERS: Readonly<Record<ResultType, HeaderList>> = {
  [JSON_TYPE]: ['Content-Type', `${JSON_TYPE}; charset=utf-8`],
  [GRAPHQL_TYPE]: ['Content-Type', `${GRAPHQL_TYPE}; charset=utf-8`],
  [MULTIPART_TYPE]: ['Content-Type', `${MULTIPART_TYPE}; boundary="-"`],
  /**
   * These keep events flowing through proxies: no buffering (nginx heeds `X-Accel-Buffering`), and no
   * compression, which would hold events back until a block is full. No cache keeps them: they tell of one
   * client's photos.
   */
  [STREAM_TYPE]: [
    'Content-Type',
    STREAM_TYPE,
    'Cache-Control',
    'private, no-store, no-transform',
    'X-Accel-Buffering',
    'no',
  ],
};

/** A comment: some browsers tell a page of a stream only once something has come. */
export const FIRST_COMMENT = ':\n\n';

/** One result as an event, by the protocol of graphql-sse. */
export function eventOf(result: ExecutionResult): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}

export const LAST_EVENT = 'event: complete\ndata:\n\n';

/** The response with one result. Its status and further headers are in the extension `http` of its errors. */
export function answerWith(result: ExecutionResult, type: ResultType): BodyAnswer {
  const headers = HEADERS[type];
  if (result.errors === undefined) return { status: 200, headers, body: bodyOf(result, type) };
  const shown = { ...result, errors: result.errors.map(withoutHttp) };
  return {
    status: statusOf(result, type === JSON_TYPE || type === STREAM_TYPE),
    headers: [...headers, ...result.errors.flatMap(headersOf)],
    body: bodyOf(shown, type),
  };
}

/** The response with many results. */
export function answerWithEvents(results: EventsAnswer['results']): EventsAnswer {
  return { status: 200, headers: HEADERS[STREAM_TYPE], results };
}

function bodyOf(result: ExecutionResult, type: ResultType): string {
  if (type === STREAM_TYPE) return FIRST_COMMENT + eventOf(result) + LAST_EVENT;
  const json = JSON.stringify(result);
  return type === MULTIPART_TYPE ? onlyPart(json) : json;
}

/** The body of `multipart/mixed` with one part, as the incremental delivery over HTTP defines it. */
function onlyPart(json: string): string {
  const length = Buffer.byteLength(json);
  return `\r\n---\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${length}\r\n\r\n${json}\r\n-----\r\n`;
}
