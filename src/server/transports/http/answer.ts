import type { ExecutionResult } from 'graphql';
import {
  APOLLO_TYPE,
  GRAPHQL_TYPE,
  JSON_TYPE,
  MULTIPART_TYPE,
  STREAM_TYPE,
  type ResultType,
  type StreamType,
} from './accept.ts';
import type { HeaderList } from './exchange.ts';
import { FRAMINGS, type Framing } from './framings.ts';
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
  /** How the results are written. */
  readonly framing: Framing;
}

const JSON_HEADERS: Readonly<Record<JsonType, HeaderList>> = {
  [JSON_TYPE]: ['Content-Type', `${JSON_TYPE}; charset=utf-8`],
  [GRAPHQL_TYPE]: ['Content-Type', `${GRAPHQL_TYPE}; charset=utf-8`],
};

type JsonType = typeof JSON_TYPE | typeof GRAPHQL_TYPE;

/**
 * The response with one result. Its status and further headers are in the extension `http` of its errors. A
 * refusal with an error status is not written in parts: who reads parts does not read on after that status.
 */
export function answerWith(result: ExecutionResult, type: ResultType): BodyAnswer {
  if (result.errors === undefined) return bodyAnswer(200, result, type);
  const status = statusOf(result, LENIENT.has(type));
  const shown = { ...result, errors: result.errors.map(withoutHttp) };
  const inParts = type === MULTIPART_TYPE || type === APOLLO_TYPE;
  const answer = bodyAnswer(status, shown, status >= 400 && inParts ? JSON_TYPE : type);
  return { ...answer, headers: [...answer.headers, ...result.errors.flatMap(headersOf)] };
}

/** Types with which 200 does not mean that the operation ran. */
const LENIENT: ReadonlySet<ResultType> = new Set([JSON_TYPE, STREAM_TYPE, APOLLO_TYPE]);

/** The response with many results. */
export function answerWithEvents(results: EventsAnswer['results'], type: StreamType): EventsAnswer {
  const framing = FRAMINGS[type];
  return { status: 200, headers: framing.headers, results, framing };
}

function bodyAnswer(status: number, result: ExecutionResult, type: ResultType): BodyAnswer {
  if (isJsonType(type))
    return { status, headers: JSON_HEADERS[type], body: JSON.stringify(result) };
  const framing = FRAMINGS[type];
  const body = framing.opening + framing.result(result) + framing.ending;
  return { status, headers: framing.headers, body };
}

function isJsonType(type: ResultType): type is JsonType {
  return type === JSON_TYPE || type === GRAPHQL_TYPE;
}
