import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../common/log.ts';
import type { PhotosHealth } from '../photos/photos.ts';
import { MISDIRECTED, type HostCheck } from './admission/allowed-hosts.ts';
import type { Cors } from './admission/cors.ts';
import { headFaultOf } from './admission/head-fault.ts';
import type { Readiness } from './admission/readiness.ts';
import { createRateLimitMiddleware } from './admission/traffic/rate-limit-middleware.ts';
import type { Traffic } from './admission/traffic/traffic.ts';
import type { ArchiveRoute } from './pages/archive-route.ts';
import type { Page } from './pages/built-page.ts';
import type { MetricsRoute } from './pages/metrics-route.ts';
import { SECURITY_HEADERS } from './pages/security-headers.ts';
import { GRAPHQL_PATH, pathOf } from './paths.ts';
import { isMultipart } from './transports/bodies/media-type.ts';
import type { GraphQLRoute } from './transports/graphql-route.ts';

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

/**
 * The response depends on the credential, the origin and the accepted type: a browser's address bar gets a
 * page.
 */
const GRAPHQL_VARIES_BY = 'Authorization, X-API-Key, Origin, Accept';

/** Serves the paths of docs/contract.md, "HTTP", and answers 404 to every other. */
export function createRoutes(options: RoutesOptions): RequestListener {
  const { graphql, studio, explorer, archive, metrics } = options;
  const { cors, isAllowedHost, readiness, health, log } = options;
  const letIn = createRateLimitMiddleware({
    ...options.traffic,
    isOperation: (req) => pathOf(req) === GRAPHQL_PATH,
  });

  /**
   * 503 tells a load balancer to send requests elsewhere. A full archive is no reason for that, and neither
   * is a provider that does not answer: it would not answer another gateway either.
   */
  async function sendReadiness(res: ServerResponse) {
    const parts = await health();
    const status = readiness();
    const serves = status === 'ready' && parts.store === 'answering';
    sendJson(res, serves ? 200 : 503, { status, ...parts });
  }

  async function serve(req: IncomingMessage, res: ServerResponse, requestId: string) {
    if (studio?.(req, res) || explorer?.(req, res) || archive?.(req, res)) return undefined;
    switch (pathOf(req)) {
      case GRAPHQL_PATH:
        return graphql(req, res, requestId);
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

  async function serveIfLetIn(req: IncomingMessage, res: ServerResponse, requestId: string) {
    if (await letIn(req, res)) await serve(req, res, requestId);
  }

  return (req, res) => {
    function fail(error: unknown) {
      log.error({ err: error }, 'A request could not be answered');
      res.destroy();
    }

    res.setHeaders(SECURITY_HEADERS);
    if (cors(req, res)) return undefined;
    if (pathOf(req) === GRAPHQL_PATH) res.setHeader('Vary', GRAPHQL_VARIES_BY);
    if (!isAllowedHost(req)) return refuse(req, res, 421, MISDIRECTED);
    const fault = headFaultOf(req);
    if (fault !== null) return refuse(req, res, 400, fault);
    const requestId = requestIdOf(req);
    res.setHeader('X-Request-Id', requestId);
    if (readiness() === 'draining') res.setHeader('Connection', 'close');
    switch (pathOf(req)) {
      // Health checks are always answered: all of them may come from one address.
      case '/health':
        return sendJson(res, 200, { status: 'alive' });
      case '/ready':
        return void sendReadiness(res).catch(fail);
      default:
        return void serveIfLetIn(req, res, requestId).catch(fail);
    }
  };
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
