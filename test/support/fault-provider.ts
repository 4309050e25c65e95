import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { accountAt } from './listen.ts';
import { portOf } from './wire-server.ts';

/** One incoming call. The fault decides how much of it is read, and what the response is. */
export interface FaultyCall {
  readonly endpoint: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /**
   * Reads the call to its end and carries it out, as a healthy provider does. Resolves with its
   * response.
   */
  carryOut(): Promise<string>;
}

/** A failure of a call in place of its response. */
export type Fault = (call: FaultyCall) => void | Promise<void>;

export interface FaultyProvider extends AsyncDisposable {
  /** The settings that put a gateway in front of it. */
  readonly env: Readonly<Record<string, string>>;
  /** The fault of the calls from now on; null for none. */
  fault: Fault | null;
  /** Whether it resets each connection as soon as it is open. */
  resetsConnections: boolean;
  /** Photos that are still being processed. */
  readonly processing: Set<string>;
  /** Number of calls so far, by endpoint: `upload`, `status`, `download`, `nums`. */
  calls(endpoint: string): number;
  /**
   * How often an upload of a file of this many bytes was charged; of any file if it is left out.
   */
  charges(sizeBytes?: number): number;
  /** Number of open connections. */
  readonly connections: number;
  /** Refuses connections, and breaks the existing ones. */
  goDown(): Promise<void>;
  /** Returns at the same address. */
  comeUp(): Promise<void>;
}

const PAID_UPLOADS = 10_000;

/** A provider on loopback that records its charges, and fails as the test says. */
export async function startFaultyProvider(): Promise<FaultyProvider> {
  const charged: number[] = [];
  const calls = new Map<string, number>();
  const processing = new Set<string>();
  const sockets = new Set<object>();
  const requests = new Set<IncomingMessage>();
  let fault: Fault | null = null;
  let resetsConnections = false;

  async function carryOut(req: IncomingMessage, endpoint: string): Promise<string> {
    const headers = { 'content-type': req.headers['content-type'] ?? '' };
    const form = await new Response(await buffer(req), { headers }).formData();
    const id = form.get('mdf');
    const isProcessing = typeof id === 'string' && processing.has(id);
    const data = {
      upload: () => upload(form.get('file')),
      status: () => ({ msg: '', status: isProcessing ? 100 : 200 }),
      download: () => ({ url: 'http://127.0.0.1/result.jpg' }),
      nums: () => ({ code: 'test', nums: PAID_UPLOADS - charged.length }),
    }[endpoint];
    return JSON.stringify({ code: 200, data: data?.() });
  }

  function upload(file: FormDataEntryValue | null) {
    if (file === null || typeof file === 'string')
      throw new Error('An upload came without its file');
    charged.push(file.size);
    return { img_url: 'http://127.0.0.1/original.jpg', mdf: `photo-${charged.length}` };
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const endpoint = req.url?.split('/').at(-1) ?? '';
    calls.set(endpoint, (calls.get(endpoint) ?? 0) + 1);
    const call = { endpoint, req, res, carryOut: () => carryOut(req, endpoint) };
    if (fault === null) res.end(await call.carryOut());
    else await fault(call);
  }

  const server = createServer((req, res) => {
    // It exists for calls that break off.
    req.on('error', () => undefined);
    requests.add(req);
    req.once('close', () => requests.delete(req));
    handle(req, res).catch(() => res.destroy());
  });
  server.on('connection', (socket) => {
    if (resetsConnections) socket.resetAndDestroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());

  async function goDown() {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  return {
    env: accountAt(`http://127.0.0.1:${port}`),
    get fault() {
      return fault;
    },
    set fault(next) {
      fault = next;
      // Only a reader sees that the other side has hung up.
      if (fault === null) for (const request of requests) request.resume();
    },
    get resetsConnections() {
      return resetsConnections;
    },
    set resetsConnections(resets) {
      resetsConnections = resets;
      if (resets) server.closeAllConnections();
    },
    processing,
    calls: (endpoint) => calls.get(endpoint) ?? 0,
    charges: (sizeBytes) =>
      charged.filter((size) => sizeBytes === undefined || size === sizeBytes).length,
    get connections() {
      return sockets.size;
    },
    goDown,
    async comeUp() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) await goDown();
    },
  };
}
