import { once } from 'node:events';
import type { Server } from 'node:http';
import { portOf } from './wire-server.ts';

export interface LoopbackServer extends AsyncDisposable {
  readonly url: string;
}

/** Makes `server` listen on a port of loopback, by default a free one. Disposing of it cuts every connection. */
export async function listen(server: Server, port = 0): Promise<LoopbackServer> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The settings that put a gateway in front of the provider at `url`. */
export function accountAt(url: string) {
  return {
    PHOTO_API_URL: url,
    PHOTO_THIRD_CODE: 'test',
    PHOTO_SECRET_KEY: 'a secret that no client may see',
  };
}
