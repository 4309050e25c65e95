import { pino } from 'pino';
import type { Photos } from '../../src/photos/photos.ts';
import { startServer, type ServerOptions } from '../../src/server/server.ts';

/** The server alone, on a free port, with the test's own photos module. */
export async function startBareServer(photos: Photos, options: Partial<ServerOptions> = {}) {
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    photos,
    archive: null,
    maxFileSizeBytes: 1000,
    uploadTimeoutMs: 1000,
    drainTimeoutMs: 1000,
    publicUrl: null,
    corsOrigins: [],
    log: pino({ level: 'silent' }),
    ...options,
  });
  return {
    ...server,
    endpoint: `${server.url}/graphql`,
    [Symbol.asyncDispose]: () => server.close(),
  };
}
