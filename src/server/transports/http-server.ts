import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../common/log.ts';
import { holdContinue } from './bodies/expect-continue.ts';
import { answerClientErrors } from './client-errors.ts';
import { serveConnections } from './connections.ts';

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly onRequest: RequestListener;
  /** The longest time for a whole request to arrive, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** The longest time for a request's headers to arrive, in milliseconds. @default 10_000 */
  readonly headersTimeoutMs?: number;
  /** The time between two checks for late requests, in milliseconds. @default 5000 */
  readonly checkIntervalMs?: number;
  /**
   * The most connections at the same time, upgraded ones included. Each further one is closed immediately.
   */
  readonly maxConnections: number;
  readonly log: Pick<Log, 'warn'>;
}

export interface HttpServer {
  /** The address of the server, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly node: Server;
  /** Stops accepting connections, and resolves when the last one has ended. Idle ones end immediately. */
  close(): Promise<void>;
  /** Cuts every open connection. */
  terminate(): void;
}

/**
 * Listens, and resolves once it does.
 * @throws Node's own error if it cannot listen on the address.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { headersTimeoutMs = 10_000, checkIntervalMs = 5000, maxConnections, log } = options;
  const node = createServer({
    // Headers are small and arrive at once. A client that sends them slowly only holds a connection.
    headersTimeout: headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    // Longer than the 60 s of common load balancers, which could otherwise reuse a connection that is being
    // closed.
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: checkIntervalMs,
    // The gateway rejects a missing Host itself, in JSON like all other faults of a request's head.
    requireHostHeader: false,
    // Enough for any token in use and for the operation of a GET. If the headers are larger, Node answers
    // 431.
    maxHeaderSize: 16_384,
    // An upgrade to any other protocol is declined by continuing with HTTP/1.1, as curl expects when it
    // offers HTTP/2. A WebSocket upgrade is declined too if an earlier request is still being answered: the
    // connection cannot be taken from that response.
    shouldUpgradeCallback: ({ headers, socket }) =>
      headers.upgrade?.toLowerCase() === 'websocket' && connections.answering(socket) === null,
  });
  // Each header costs a string and a lookup. Browsers behind two proxies send about forty.
  node.maxHeadersCount = 100;
  // A client that never reconnects would stay with the node that it found first, even after other nodes were
  // added.
  node.maxRequestsPerSocket = 1000;
  // Every subscriber holds one connection. A connection over the limit is closed before a byte is read: a
  // response would cost memory just when there is none left. Existing connections are not affected.
  node.maxConnections = maxConnections;
  warnOfDrops(node, log);
  const connections = serveConnections({ server: node, listener: options.onRequest });
  holdContinue(node);
  answerClientErrors(node, connections);
  node.listen({ host: options.host, port: options.port });
  await once(node, 'listening');

  return {
    url: addressOf(node, options.host),
    node,
    async close() {
      const closed = once(node, 'close');
      node.close();
      connections.endWhenIdle();
      await closed;
    },
    terminate: () => node.closeAllConnections(),
  };
}

/** Logs at most once a minute: a line per dropped connection would be another way to attack. */
function warnOfDrops(server: Server, log: Pick<Log, 'warn'>): void {
  let quietUntil = -Infinity;
  server.on('drop', () => {
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + 60_000;
    log.warn(
      { maxConnections: server.maxConnections },
      'MAX_CONNECTIONS are open: more are refused',
    );
  });
}

function addressOf(server: Server, host: string): string {
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
