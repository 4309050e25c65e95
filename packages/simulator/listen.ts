import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';

export interface Listener {
  /** For example `http://127.0.0.1:4100`. */
  readonly origin: string;
  /** Closes all connections at once, and returns when no request is being handled any more. */
  close(): Promise<void>;
}

/**
 * Serves HTTP. If a handler fails, its connection is destroyed and `onFault` is called, unless the
 * client had left.
 */
export async function listen(options: {
  readonly host: string;
  readonly port: number;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}): Promise<Listener> {
  const { host, port } = options;
  const handling = new Set<Promise<void>>();
  const server = createServer({ requestTimeout: 120_000 }, (request, response) => {
    const handled = guard(request, response).finally(() => handling.delete(handled));
    handling.add(handled);
  });

  async function guard(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await options.handle(request, response);
    } catch (error) {
      if (!response.destroyed) options.onFault(error);
      request.destroy();
    }
  }

  server.listen(port, host);
  await once(server, 'listening');
  server.on('error', options.onFault);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');

  return {
    origin: `http://${isIPv6(host) ? `[${host}]` : host}:${address.port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.allSettled([closed, ...handling]);
    },
  };
}
