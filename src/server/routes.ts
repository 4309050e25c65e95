import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { orElse } from '../common/awaitable.ts';
import type { Log } from '../common/log.ts';
import type { PhotosHealth } from '../photos/photos.ts';
import { MISDIRECTED, type HostCheck } from './admission/allowed-hosts.ts';
import type { Cors } from './admission/cors.ts';
import { headFaultOf } from './admission/head-fault.ts';
import type { Readiness } from './admission/readiness.ts';
import type { Addresses } from './admission/traffic/addresses.ts';
import type { TooMany } from './admission/traffic/too-many.ts';
import type { Traffic } from './admission/traffic/traffic.ts';
import type { ArchiveRoute } from './pages/archive-route.ts';
import type { Page } from './pages/built-page.ts';
import type { MetricsRoute } from './pages/metrics-route.ts';
import { SECURITY_HEADERS } from './pages/security-headers.ts';
import { GRAPHQL_PATH, pathOf } from './paths.ts';
import { isMultipart } from './transports/bodies/media-type.ts';
import { hasBody } from './transports/bodies/drain-body.ts';
import type { Exchange, HeaderList } from './transports/http/exchange.ts';
import type { GraphQLRoute } from './transports/http/graphql-route.ts';
import type { ObservedListener } from './transports/http/observe-requests.ts';
import { refusalAnswer } from './transports/http/refusal-answer.ts';

export interface RoutesOptions {
  readonly graphql: GraphQLRoute;
  /** Null if it is not served. */
  readonly studio: Page | null;
  /** Null if it is not served. */
  readonly explorer: Page | null;
  /** Tells which pages may read the responses. */
  readonly cors: Cors;
  /** Tells which hosts a request may name. */
  readonly isAllowedHost: HostCheck;
  readonly addresses: Pick<Addresses, 'of'>;
  /** The limits per address. */
  readonly traffic: Pick<Traffic, 'requests' | 'connections'>;
  readonly archive: ArchiveRoute | null;
  /** Null if it is not served. */
  readonly metrics: MetricsRoute | null;
  readonly readiness: () => Readiness;
  /** The state of what the gateway depends on: the store, the archive and the provider. */
  readonly health: () => Promise<PhotosHealth>;
  readonly log: Log;
}

/** Serves the paths of docs/contract.md, "HTTP", and answers 404 to every other. */
export function createRoutes(options: RoutesOptions): ObservedListener {
  const { graphql, studio, explorer, archive, metrics, addresses } = options;
  const { cors, isAllowedHost, readiness, health, log } = options;
  const { connections, requests } = options.traffic;

  /**
   * 503 tells a load balancer to send requests elsewhere. A full archive is no reason for that, and neither
   * is a provider that does not answer: it would not answer another gateway either.
   */
  async function sendReadiness(res: ServerResponse) {
    const { fleet, ...parts } = await health();
    const status = readiness();
    const serves = status === 'ready' && parts.store === 'answering';
    sendJson(res, serves ? 200 : 503, { status, ...parts, ...(fleet !== null && { fleet }) });
  }

  async function serve(exchange: Exchange, path: string) {
    const { req, res } = exchange;
    if (studio?.(req, res) || explorer?.(req, res) || archive?.(req, res)) return undefined;
    switch (path) {
      case GRAPHQL_PATH:
        return graphql(req.method === 'HEAD' ? asGet(exchange) : exchange);
      case '/metrics':
        if (metrics === null) return sendNotFound(res);
        return metrics(req, res);
      case '/':
        if (explorer === null) return sendNotFound(res);
        // A relative address, so that it also works behind a proxy's path prefix.
        res.writeHead(302, { Location: GRAPHQL_PATH.slice(1) });
        return void res.end();
      default:
        return sendNotFound(res);
    }
  }

  /** The headers of every response. */
  function headOf({ headers: { origin } }: IncomingMessage, path: string): HeaderList {
    const own = path === GRAPHQL_PATH ? GRAPHQL_HEAD : HEAD;
    return origin === undefined ? own : [...own, ...cors.headersFor(origin)];
  }

  /** Why a request is rejected for its head, or null. */
  function faultOf(req: IncomingMessage): readonly [status: number, error: string] | null {
    if (!isAllowedHost(req)) return [421, MISDIRECTED];
    const fault = headFaultOf(req);
    return fault === null ? null : [400, fault];
  }

  function fail(res: ServerResponse, error: unknown) {
    log.error({ err: error }, 'A request could not be answered');
    res.destroy();
  }

  function answerPost(exchange: Exchange) {
    void orElse(
      () => graphql(exchange),
      (error) => fail(exchange.res, error),
    );
  }

  return (req, res, record) => {
    const path = pathOf(req);
    const head = headOf(req, path);
    if (cors.answersPreflight(req, res, HEAD)) return undefined;
    const fault = faultOf(req);
    if (fault !== null) return refuse(req, withHead(res, head), ...fault);
    const requestId = requestIdOf(req);
    record.requestId = requestId;
    const named = [...head, 'X-Request-Id', requestId];
    if (readiness() === 'draining') named.push('Connection', 'close');
    // Health checks are always answered: all of them may come from one address.
    if (path === '/health') return sendJson(withHead(res, named), 200, { status: 'alive' });
    if (path === '/ready') {
      return void sendReadiness(withHead(res, named)).catch((error) => fail(res, error));
    }
    const address = addresses.of(req);
    const tooMany = connections.hold(req, address, res) ?? requests.request(address);
    if (tooMany !== null) return refuseTooMany(req, withHead(res, named), tooMany);
    // The most frequent request. Its headers are written at once, which is cheaper than to set each.
    if (path === GRAPHQL_PATH && req.method === 'POST') {
      return answerPost({ req, res, requestId, record, address, head: named });
    }
    withHead(res, named);
    const exchange = { req, res, requestId, record, address, head: [] };
    return void serve(exchange, path).catch((error) => fail(res, error));
  };
}

const HEAD = [...SECURITY_HEADERS].flat().concat('Vary', 'Origin');

/**
 * The response depends on the credential, the origin, the accepted type and coding: a browser's address bar
 * gets a page.
 */
const GRAPHQL_HEAD = [...SECURITY_HEADERS]
  .flat()
  .concat('Vary', 'Authorization, X-API-Key, Origin, Accept, Accept-Encoding');

/** GraphQL knows no HEAD. Node has noted the method, and leaves the body out. */
function asGet(exchange: Exchange): Exchange {
  exchange.req.method = 'GET';
  return { ...exchange, isHead: true };
}

/** Sets the headers of `head`. */
function withHead(res: ServerResponse, head: HeaderList): ServerResponse {
  for (let index = 0; index < head.length; index += 2) {
    res.setHeader(head[index] ?? '', head[index + 1] ?? '');
  }
  return res;
}

/**
 * The request id that the client sent, if it is safe to write to a log; else a new one. It lets a client
 * follow its request.
 */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
}

/**
 * Rejects the request, and closes the connection: nothing else on it is read. A form is an upload, and is told what
 * it cost.
 */
function refuse(
  { headers }: IncomingMessage,
  res: ServerResponse,
  status: number,
  error: string,
): void {
  res.setHeader('Connection', 'close');
  sendJson(res, status, isMultipart(headers) ? { error, charged: false } : { error });
}

/** Rejects a request of an address that is over its limit, an operation with a GraphQL error. */
function refuseTooMany(req: IncomingMessage, res: ServerResponse, tooMany: TooMany): void {
  // Node would go on reading an upload of any size, only to reach the next request on the connection.
  if (hasBody(req)) res.setHeader('Connection', 'close');
  if (pathOf(req) === GRAPHQL_PATH) {
    const { status, headers, body } = refusalAnswer(tooMany, req.headers, 429);
    res.writeHead(status, [...headers, 'Content-Length', String(Buffer.byteLength(body))]);
    res.end(body);
  } else {
    res.setHeader('Retry-After', tooMany.retryAfter);
    sendJson(res, 429, { error: tooMany.message });
  }
}

function sendNotFound(res: ServerResponse): void {
  sendJson(res, 404, { error: `Nothing is here; GraphQL is at ${GRAPHQL_PATH}.` });
}

function sendJson(res: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  res.end(text);
}
