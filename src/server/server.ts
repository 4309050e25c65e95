import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { FolderArchive } from '../photos/archive/folder-archive.ts';
import type { Photos } from '../photos/photos.ts';
import { createArchiveRoute } from './archive-route.ts';
import { createExplorer } from './explorer.ts';
import { createGraphQLEndpoint, GRAPHQL_PATH } from './graphql-endpoint.ts';
import { startHttpServer } from './http-server.ts';
import { isAllowedOrigin } from './origin.ts';
import { createRoutes, pathOf, type Readiness } from './routes.ts';
import { createWebSocketDoor } from './web-socket.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly photos: Photos;
  /** The archive whose pictures are served here; null where they are not. */
  readonly archivedFiles: FolderArchive | null;
  readonly maxFileSizeBytes: number;
  readonly uploadTimeoutMs: number;
  readonly drainTimeoutMs: number;
  /** Where clients reach the gateway; null for where each says that it did. */
  readonly publicUrl: URL | null;
  readonly corsOrigins: readonly string[];
  /** Between two pings of a WebSocket; a client that has not answered the last one is cut. @default 12_000 */
  readonly pingIntervalMs?: number;
  readonly log: Log;
}

export interface Server {
  /** Where it can be reached, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /**
   * Stops in an orderly way: takes no more work, ends subscriptions (WebSocket with 1001, server-sent
   * events with `complete`), lets running requests finish, and cuts what is left after `drainTimeoutMs`.
   * Called again, it waits for the same stop.
   */
  close(): Promise<void>;
}

/** Serves GraphQL and the pages over HTTP and WebSocket. Resolves once it listens. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { photos, corsOrigins, drainTimeoutMs } = options;
  let readiness: Readiness = 'starting';
  const endpoint = createGraphQLEndpoint(options);
  const webSockets = createWebSocketDoor({
    endpoint,
    pingIntervalMs: options.pingIntervalMs ?? 12_000,
  });
  const explorer = createExplorer({ directory: new URL('../../dist/explorer/', import.meta.url) });
  const http = await startHttpServer({
    host: options.host,
    port: options.port,
    onRequest: createRoutes({
      endpoint,
      explorer,
      archive: archiveRoute(options),
      readiness: () => readiness,
      health: () => photos.health(),
      log: options.log,
    }),
    // An upload that takes too long is told so by its own timeout; this one only cuts the connection.
    requestTimeoutMs: options.uploadTimeoutMs + 30_000,
  });
  http.node.on('upgrade', upgrade);
  readiness = 'ready';

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    const refusal = refuseUpgrade(request, corsOrigins, readiness);
    if (refusal === null) return webSockets.upgrade(request, socket, head);
    const answer = `HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
    return void socket.end(answer, () => socket.destroy());
  }

  async function stop() {
    readiness = 'draining';
    const closed = Promise.all([http.close(), webSockets.close()]);
    photos.endWaits();
    const deadline = new AbortController();
    await Promise.race([closed, delay(drainTimeoutMs, undefined, { signal: deadline.signal })]);
    deadline.abort();
    http.terminate();
    webSockets.terminate();
    await closed;
    await endpoint.dispose();
  }

  let stopped: Promise<void> | undefined;
  return { url: http.url, close: () => (stopped ??= stop()) };
}

function archiveRoute({ photos, archivedFiles, corsOrigins, log }: ServerOptions) {
  if (archivedFiles === null) return null;
  const picture = (id: string) => photos.archived(id);
  return createArchiveRoute({ archive: archivedFiles, picture, corsOrigins, log });
}

function refuseUpgrade(
  request: IncomingMessage,
  corsOrigins: readonly string[],
  readiness: Readiness,
): string | null {
  if (readiness !== 'ready') return '503 Service Unavailable';
  if (pathOf(request) !== GRAPHQL_PATH) return '404 Not Found';
  return isAllowedOrigin(request, corsOrigins) ? null : '403 Forbidden';
}
