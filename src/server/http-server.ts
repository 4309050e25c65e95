import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trackConnections } from './track-connections.ts';

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly onRequest: RequestListener;
  /** Longest time for one whole request to come in, in milliseconds. */
  readonly requestTimeoutMs: number;
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
  const node = createServer({
    // A header section is small and comes at once; whoever drips it only holds a connection.
    headersTimeout: 10_000,
    requestTimeout: options.requestTimeoutMs,
    // Longer than the 60 s of common load balancers, which would else reuse a connection being closed.
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 5000,
  });
  const connections = trackConnections(node);
  node.on('request', options.onRequest);
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

function addressOf(server: Server, host: string): string {
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
