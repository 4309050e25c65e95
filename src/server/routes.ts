import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { PhotosHealth } from '../photos/photos.ts';
import type { ArchiveRoute } from './archive-route.ts';
import type { Explorer } from './explorer.ts';
import { GRAPHQL_PATH, type GraphQLEndpoint } from './graphql-endpoint.ts';

/** Whether the gateway can serve: what `/ready` tells a load balancer. */
export type Readiness = 'starting' | 'ready' | 'draining';

export interface RoutesOptions {
  readonly endpoint: GraphQLEndpoint;
  readonly explorer: Explorer;
  readonly archive: ArchiveRoute | null;
  readonly readiness: () => Readiness;
  /** How what the gateway stands on does. */
  readonly health: () => Promise<PhotosHealth>;
  readonly log: Log;
}

/** The paths of the contract ("HTTP"), and a 404 for every other. */
export function createRoutes(options: RoutesOptions): RequestListener {
  const { endpoint, explorer, archive, readiness, health, log } = options;

  /** 503 tells a load balancer to send its requests elsewhere; a full archive is no reason for that. */
  async function sendReadiness(res: ServerResponse) {
    const parts = await health();
    const status = readiness();
    const serves = status === 'ready' && parts.store === 'answering';
    sendJson(res, serves ? 200 : 503, { status, ...parts });
  }

  return (req, res) => {
    const requestId = requestIdOf(req);
    res.setHeader('X-Request-Id', requestId);
    if (readiness() === 'draining') res.setHeader('Connection', 'close');
    if (explorer(req, res) || archive?.(req, res)) return undefined;
    switch (pathOf(req)) {
      case GRAPHQL_PATH:
        return void endpoint(req, res, { req, res, requestId });
      case '/health':
        return sendJson(res, 200, { status: 'alive' });
      case '/ready':
        return void sendReadiness(res).catch((error: unknown) => {
          log.error({ err: error }, 'Whether the gateway is ready cannot be told');
          res.destroy();
        });
      case '/':
        // Relative, so that it leads there behind a proxy's path prefix too.
        res.writeHead(302, { Location: GRAPHQL_PATH.slice(1) });
        return void res.end();
      default:
        return sendJson(res, 404, { error: `Nothing is here; GraphQL is at ${GRAPHQL_PATH}.` });
    }
  };
}

/** The caller's own id, where it is one that can stand in a log, so that a request can be followed. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
}

/** The path that is asked for, without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const [path = '/'] = url.split('?', 1);
  return path;
}

function sendJson(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  res.end(JSON.stringify(body));
}
