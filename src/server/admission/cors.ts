import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Sets the headers that let pages of other origins read the response to `req`, and answers preflight
 * requests. Returns true if it has answered: the caller must not send anything else.
 */
export type Cors = (req: IncomingMessage, res: ServerResponse) => boolean;

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
  'x-requested-with',
  'idempotency-key',
  'x-request-id',
  'range',
  'if-none-match',
  'if-range',
  '*',
];

const PREFLIGHT_ANSWER = new Map([
  ['Access-Control-Allow-Methods', 'GET, HEAD, POST'],
  ['Access-Control-Allow-Headers', ALLOWED_HEADERS.join(', ')],
  ['Access-Control-Max-Age', '7200'],
]);

/**
 * CORS (https://fetch.spec.whatwg.org/#http-cors-protocol) for the pages of `origins`. The headers are on
 * every response, including rejections: without them such a page would see only a network error. Pages of
 * other origins get no headers. That includes the origin `null`, which is the origin of every sandboxed
 * frame. Credentials mode is not enabled, because cookies do not authenticate anyone here.
 */
export function createCors(origins: readonly string[]): Cors {
  const listed = new Set(origins);

  return (req, res) => {
    res.setHeader('Vary', 'Origin');
    const { origin } = req.headers;
    if (origin === undefined || !listed.has(origin)) return false;
    res.setHeader(ALLOW_ORIGIN, origin);
    const asksFirst = req.headers['access-control-request-method'] !== undefined;
    if (req.method !== 'OPTIONS' || !asksFirst) {
      exposeHeaders(res, []);
      return false;
    }
    res.setHeaders(PREFLIGHT_ANSWER);
    res.writeHead(204).end();
    return true;
  };
}

/** Lets a page that may read `res` read these response headers too. */
export function exposeHeaders(res: ServerResponse, names: readonly string[]): void {
  if (!res.hasHeader(ALLOW_ORIGIN)) return;
  res.setHeader(EXPOSE_HEADERS, [...EXPOSED_HEADERS, ...names].join(', '));
}
