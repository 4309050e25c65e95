import type { IncomingMessage, ServerResponse } from 'node:http';

/** Tells pages of other origins what they may do with responses. */
export interface Cors {
  /** The headers, names and values in turn, of every response to a page of `origin`. */
  headersFor(origin: string): readonly string[];
  /**
   * Answers a preflight request of a page that may read responses, with the headers of `head`. Returns
   * true if it has answered: the caller must not send anything else.
   */
  answersPreflight(req: IncomingMessage, res: ServerResponse, head: readonly string[]): boolean;
}

const ALLOW_ORIGIN = 'Access-Control-Allow-Origin';
const EXPOSE_HEADERS = 'Access-Control-Expose-Headers';
const EXPOSED_HEADERS = ['X-Request-Id', 'Retry-After'];

/**
 * `*` stands for every header except `Authorization`, provided that no cookies are sent. The others are
 * listed for browsers that do not know `*`.
 */
const ALLOWED_HEADERS = [
  'authorization',
  'x-api-key',
  'content-type',
  'graphql-preflight',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'apollographql-client-name',
  'x-requested-with',
  'idempotency-key',
  'x-request-id',
  'range',
  'if-none-match',
  'if-range',
  '*',
];

const PREFLIGHT_ANSWER = [
  ['Access-Control-Allow-Methods', 'GET, HEAD, POST'],
  ['Access-Control-Allow-Headers', ALLOWED_HEADERS.join(', ')],
  ['Access-Control-Max-Age', '7200'],
].flat();

/**
 * CORS (https://fetch.spec.whatwg.org/#http-cors-protocol) for the pages of `origins`. The headers are on
 * every response, including rejections: without them such a page would see only a network error. Pages of
 * other origins get no headers. That includes the origin `null`, which is the origin of every sandboxed
 * frame. Credentials mode is not enabled, because cookies do not authenticate anyone here.
 */
export function createCors(origins: readonly string[]): Cors {
  const listed = new Set(origins);

  return {
    headersFor: (origin) =>
      listed.has(origin) ? [ALLOW_ORIGIN, origin, EXPOSE_HEADERS, EXPOSED_HEADERS.join(', ')] : [],
    answersPreflight({ method, headers }, res, head) {
      if (method !== 'OPTIONS') return false;
      const asksFirst = headers['access-control-request-method'] !== undefined;
      if (!asksFirst || !listed.has(headers.origin ?? '')) return false;
      const allowed = [ALLOW_ORIGIN, headers.origin ?? '', ...PREFLIGHT_ANSWER];
      res.writeHead(204, [...head, ...allowed]).end();
      return true;
    },
  };
}

/** Lets a page that may read `res` read these response headers too. */
export function exposeHeaders(res: ServerResponse, names: readonly string[]): void {
  if (!res.hasHeader(ALLOW_ORIGIN)) return;
  res.setHeader(EXPOSE_HEADERS, [...EXPOSED_HEADERS, ...names].join(', '));
}
