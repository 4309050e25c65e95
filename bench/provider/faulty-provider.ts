import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Ways in which a call fails, before it is carried out or after. */
const FAULTS = {
  'reset before': 'before',
  'reset after': 'after',
  hang: 'before',
  slow: 'after',
  half: 'after',
  page: 'before',
  'HTTP 503': 'before',
  'errno 500': 'before',
} as const;

export type Fault = keyof typeof FAULTS;
const faults: readonly Fault[] = Object.keys(FAULTS).filter(
  (name): name is Fault => name in FAULTS,
);

interface Order {
  readonly readyAtMs: number;
}

/**
 * A provider that restores nothing and fails often: each kind of fault hits the given fraction of
 * its calls. It records what it charged, by the size of the file.
 */
export async function startFaultyProvider({ faultShare }: { readonly faultShare: number }) {
  const picture = await readFile(
    new URL('../../test/fixtures/landscape-small.jpg', import.meta.url),
  );
  const orders = new Map<string, Order>();
  const charges = new Map<number, number>();
  const struck = new Map<Fault, number>();
  let url = '';

  function drawFault(): Fault | null {
    const drawn = Math.random();
    const fault = faults[Math.floor(drawn / faultShare)];
    if (fault !== undefined) struck.set(fault, (struck.get(fault) ?? 0) + 1);
    return fault ?? null;
  }

  async function carryOut(req: IncomingMessage, body: Uint8Array<ArrayBuffer>): Promise<object> {
    const headers = { 'content-type': req.headers['content-type'] ?? '' };
    const form = await new Response(body, { headers }).formData();
    const field = form.get('mdf');
    const id = typeof field === 'string' ? field : '';
    if (req.url?.endsWith('/nums')) return { code: 'bench', nums: 1_000_000 - orders.size };
    if (req.url?.endsWith('/download')) return { url: `${url}/result/${id}.jpg` };
    if (req.url?.endsWith('/status')) {
      return { status: performance.now() >= (orders.get(id)?.readyAtMs ?? Infinity) ? 200 : 100 };
    }
    const file = form.get('file');
    const size = file === null || typeof file === 'string' ? 0 : file.size;
    charges.set(size, (charges.get(size) ?? 0) + 1);
    const mdf = `photo-${orders.size + 1}`;
    orders.set(mdf, { readyAtMs: performance.now() + 500 + Math.random() * 1500 });
    return { img_url: `${url}/original/${mdf}.jpg`, mdf };
  }

  async function answer(req: IncomingMessage, res: ServerResponse) {
    if (req.method === 'GET') return res.end(picture);
    const chunks: Buffer[] = [];
    for await (const chunk of req) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const fault = drawFault();
    if (fault === 'reset before') return req.socket.destroy();
    // Hangs until the gateway gives up.
    if (fault === 'hang') return undefined;
    if (fault === 'page') return res.end('<html>Maintenance</html>');
    if (fault === 'HTTP 503') return res.writeHead(503).end();
    if (fault === 'errno 500') return res.end('{"code":9000,"errno":500,"msg":"failed"}');
    const text = JSON.stringify({
      code: 200,
      data: await carryOut(req, Uint8Array.from(Buffer.concat(chunks))),
    });
    if (fault === 'reset after') return req.socket.destroy();
    if (fault === 'slow') await delay(1000);
    if (fault !== 'half') return res.end(text);
    res.writeHead(200, { 'content-length': text.length });
    return res.write(text.slice(0, 20), () => req.socket.destroy());
  }

  const server = createServer((req, res) => {
    // The gateway gives up calls that hang.
    answer(req, res).catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address?.port}`;
  return {
    url,
    struck,
    /** How often a file of this many bytes was charged. */
    charges: (sizeBytes: number) => charges.get(sizeBytes) ?? 0,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
