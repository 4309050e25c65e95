import { once } from 'node:events';
import { createServer } from 'node:net';
import { portOf } from './wire-server.ts';

/** A port of loopback on which nothing listens, as long as nobody takes it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}
