import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP server that does what its script says, for faults that no HTTP server can produce. */
export interface WireServer extends AsyncDisposable {
  readonly url: string;
  /** All connections so far, oldest first. */
  readonly sockets: readonly Socket[];
}

/** Starts a server on loopback. `script` runs once per connection, which may stay half-open. */
export async function startWireServer(script: (socket: Socket) => void): Promise<WireServer> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    // These tests are about connections that break: that must not end the test process.
    socket.on('error', () => undefined);
    script(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('not listening on TCP');
  return address.port;
}

/** A complete HTTP response. `headers` are whole lines. */
export function httpResponse(body: string, headers: readonly string[] = []): string {
  const lines = ['HTTP/1.1 200 OK', `content-length: ${Buffer.byteLength(body)}`, ...headers];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
