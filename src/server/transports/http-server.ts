import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../common/log.ts';
import { answerClientErrors } from './client-errors.ts';
import { trackConnections } from './track-connections.ts';
import { createTurns } from './request-pipelining.ts';

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly onRequest: RequestListener;
  /** Longest time for one whole request to come in, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Longest time for its header section alone. @default 10_000 */
  readonly headersTimeoutMs?: number;
  /** Between two looks for requests that are late. @default 5000 */
  readonly checkIntervalMs?: number;
  /** At one time, upgraded ones included; one more is closed at once. */
  readonly maxConnections: number;
  readonly log: Pick<Log, 'warn'>;
}

export interface HttpServer {
  /** Where it can be reached, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly node: Server;
  /** Takes no more connections, and resolves when the last one has ended. Idle ones end at once. */
  close(): Promise<void>;
  /** Cuts every connection that is still open. */
  terminate(): void;
}

/** Listens, and resolves once it does. @throws Node's own error where the address cannot be had. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { headersTimeoutMs = 10_000, checkIntervalMs = 5000, maxConnections, log } = options;
  const turns = createTurns({ listener: options.onRequest });
  const node = createServer({
    // A header section is small and comes at once; whoever drips it only holds a connection.
    headersTimeout: headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    // Longer than the 60 s of common load balancers, which would else reuse a connection being closed.
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: checkIntervalMs,
    // Told by our own, in JSON as all else that is wrong with a head.
    requireHostHeader: false,
    // Holds a token of any size that is in use, and the operation of a GET; over it Node answers 431.
    maxHeaderSize: 16_384,
    // Any other protocol is declined by going on with this one, as curl expects that offers HTTP/2.
    // Behind another request, too: the connection is not free to be given away.
    shouldUpgradeCallback: ({ headers, socket }) =>
      headers.upgrade?.toLowerCase() === 'websocket' && turns.answering(socket) === null,
  });
  // Each costs a string and a look in a table. Browsers behind two proxies send some forty.
  node.maxHeadersCount = 100;
  // A client that never reconnects would stay with the node that it found first, whatever others came up.
  node.maxRequestsPerSocket = 1000;
  // Every subscriber holds one. What is over it is closed before a byte is read, since to answer costs the
  // memory that there is none of; the connections that are there go on.
  node.maxConnections = maxConnections;
  warnOfDrops(node, log);
  const connections = trackConnections(node);
  node.on('request', turns.listener);
  answerClientErrors(node, turns);
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

/** At most once a minute: a line for each would be one more way to hurt. */
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
