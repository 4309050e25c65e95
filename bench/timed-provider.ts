import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface TimedPhoto {
  /** When it became ready, by `performance.now()`. */
  readonly readyAtMs: number;
  polls: number;
}

/** A provider whose photos each take as long as `drawTimeMs` says. It counts the polls. */
export async function startTimedProvider(drawTimeMs: () => number) {
  const photos = new Map<string, TimedPhoto>();

  async function answer(req: IncomingMessage): Promise<object> {
    const headers = { 'content-type': req.headers['content-type'] ?? '' };
    const form = await new Response(await buffer(req), { headers }).formData();
    const field = form.get('mdf');
    const photo = photos.get(typeof field === 'string' ? field : '');
    if (req.url?.endsWith('/nums')) return { code: 'bench', nums: 1000 };
    if (req.url?.endsWith('/status') && photo !== undefined) {
      photo.polls += 1;
      return { status: performance.now() >= photo.readyAtMs ? 200 : 100 };
    }
    const id = `photo-${photos.size + 1}`;
    photos.set(id, { readyAtMs: performance.now() + drawTimeMs(), polls: 0 });
    return { img_url: 'http://127.0.0.1/photo.jpg', mdf: id };
  }

  const server = createServer((req, res) => {
    answer(req).then(
      (data) => res.end(JSON.stringify({ code: 200, data })),
      () => res.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address?.port}`,
    photos,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
