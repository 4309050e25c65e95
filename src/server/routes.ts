import type { Readiness } from './admission/readiness.ts';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../common/log.ts';
import type { PhotosHealth } from '../photos/photos.ts';
import type { ArchiveRoute } from './pages/archive-route.ts';
import type { Cors } from './admission/cors.ts';
import { GRAPHQL_PATH, pathOf } from './paths.ts';
import { isMultipart } from './transports/bodies/media-type.ts';
import type { GraphQLRoute } from './transports/graphql-route.ts';
import { headFaultOf } from './admission/head-fault.ts';
import { MISDIRECTED, type HostCheck } from './admission/allowed-hosts.ts';
import type { MetricsRoute } from './pages/metrics-route.ts';
import type { Page } from './pages/built-page.ts';
import { SECURITY_HEADERS } from './pages/security-headers.ts';
import { createRateLimitMiddleware } from './admission/traffic/rate-limit-middleware.ts';
import type { Traffic } from './admission/traffic/traffic.ts';

export interface RoutesOptions {
  readonly graphql: GraphQLRoute;
  /** Null where there is none. */
  readonly studio: Page | null;
  /** Null where there is none. */
  readonly explorer: Page | null;
  /** Which pages may read the answers. */
  readonly cors: Cors;
  /** Which hosts a request may name. */
  readonly isAllowedHost: HostCheck;
  /** How often each address may ask. */
  readonly traffic: Pick<Traffic, 'requests' | 'connections'>;
  readonly archive: ArchiveRoute | null;
  /** Null where there is none. */
  readonly metrics: MetricsRoute | null;
  readonly readiness: () => Readiness;
  /** How what the gateway stands on does. */
  readonly health: () => Promise<PhotosHealth>;
  readonly log: Log;
}

/** Who asks for what, and in which type; a browser's address bar gets a page. */
const GRAPHQL_VARIES_BY = 'Authorization, X-API-Key, Origin, Accept';

/** The paths of the contract ("HTTP"), and a 404 for every other. */
export function createRoutes(options: RoutesOptions): RequestListener {
  const { graphql, studio, explorer, archive, metrics } = options;
  const { cors, isAllowedHost, readiness, health, log } = options;
  const letIn = createRateLimitMiddleware({
    ...options.traffic,
    isOperation: (req) => pathOf(req) === GRAPHQL_PATH,
  });

  /**
   * 503 tells a load balancer to send its requests elsewhere. A full archive is no reason for that, nor a
   * provider that does not answer: it would answer no other gateway either.
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
        // Relative, so that it leads there behind a proxy's path prefix too.
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
      // The questions of load balancers are always answered: all of them may come from one address.
      case '/health':
        return sendJson(res, 200, { status: 'alive' });
      case '/ready':
        return void sendReadiness(res).catch(fail);
      default:
        return void serveIfLetIn(req, res, requestId).catch(fail);
    }
  };
}

/** The caller's own id, where it is one that can stand in a log, so that a request can be followed. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
}

/** Nothing that such a connection brings is looked at any more. A form is an upload, and hears what it cost. */
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
