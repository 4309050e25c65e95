import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Lets pages of other origins read what is answered to `req`, and answers a browser that asks first. True where
 * it has done so: nothing else is to be answered.
 */
export type Cors = (req: IncomingMessage, res: ServerResponse) => boolean;

const ALLOW_ORIGIN = 'Access-Control-Allow-Origin';
const EXPOSE_HEADERS = 'Access-Control-Expose-Headers';
const EXPOSED_HEADERS = ['X-Request-Id', 'Retry-After'];

/**
 * `*` stands for every header but `Authorization`, where no cookies are sent; the others are named for what
 * does not know it.
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
 * CORS (https://fetch.spec.whatwg.org/#http-cors-protocol) for the pages of `origins`, on every answer, a refusal
 * too: else such a page would see a network error in its place. A page of any other origin is told nothing,
 * `null` least of all: that is the origin of every sandboxed frame. Cookies let nobody in here, so that they are
 * not asked for.
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

/** Lets the page that may read `res` read these of its headers, too. */
export function exposeHeaders(res: ServerResponse, names: readonly string[]): void {
  if (!res.hasHeader(ALLOW_ORIGIN)) return;
  res.setHeader(EXPOSE_HEADERS, [...EXPOSED_HEADERS, ...names].join(', '));
}
