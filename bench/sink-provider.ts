import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * A provider that accepts each upload at `bytesPerSecond`, as over a busy line, and keeps nothing.
 */
export async function startSinkProvider({ bytesPerSecond }: { readonly bytesPerSecond: number }) {
  let uploads = 0;
  const server = createServer((req, res) => {
    let received = 0;
    const startedAt = performance.now();
    req.on('data', (chunk: Buffer) => {
      received += chunk.length;
      const earlyMs = (received / bytesPerSecond) * 1000 - (performance.now() - startedAt);
      if (earlyMs < 5) return;
      req.pause();
      setTimeout(() => req.resume(), earlyMs);
    });
    req.on('end', () => {
      uploads += 1;
      const data = { img_url: 'http://127.0.0.1/photo.jpg', mdf: `photo-${uploads}` };
      res.end(JSON.stringify({ code: 200, data }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address?.port}`,
    get uploads() {
      return uploads;
    },
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
