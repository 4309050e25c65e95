import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { parseResult, type Answer, type Reply } from './reply.ts';

/** A request of a client, well or ill behaved. */
export interface Sending {
  /** @default 'POST' */
  readonly method?: string;
  /** The query string of the address, without its question mark. */
  readonly search?: string;
  /** Headers in addition to those of every request. The same name overrides. */
  readonly headers?: Readonly<Record<string, string>>;
  /** One piece is sent with its length. Several are sent chunked, each written on its own. */
  readonly body?: Buffer | Iterable<Buffer>;
  /** `false` leaves the body open and sends nothing more. @default true */
  readonly ends?: boolean;
  /** Reads nothing before all is sent, as simple clients do. @default false */
  readonly readsLate?: boolean;
  /** Sends no body until told to continue. @default false */
  readonly awaitsContinue?: boolean;
  /** Longest wait for the whole response, in milliseconds. @default the client's own */
  readonly timeoutMs?: number;
  /** @default a connection of its own */
  readonly agent?: http.Agent;
}

/** HTTP client for one address. */
export interface Client {
  /** Sends a request, and resolves with its result. Never rejects. */
  send(sending: Sending): Promise<Reply>;
  /**
   * Sends a request and disconnects once all of it is on its way, without reading the response.
   * Closes the connection, or resets it if `resets`.
   */
  leave(sending: Sending, resets: boolean): Promise<void>;
  /** Sends a request whose response is read while it arrives. The caller destroys the request. */
  open(sending: Sending): http.ClientRequest;
  /** An agent for requests that share one connection. The caller destroys it. */
  createAgent(): http.Agent;
}

/** Options that apply to all requests of a client. */
export interface ClientOptions {
  readonly url: URL;
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Replaces name resolution: gives the address that was checked for the audit, and no other. */
  readonly lookup: LookupFunction;
}

const MAX_ANSWER_BYTES = 1_048_576;

/** A client that sends what it is given, however malformed, and limits every wait. */
export function createClient({ url, headers, timeoutMs, lookup }: ClientOptions): Client {
  const { request, Agent } = url.protocol === 'https:' ? https : http;

  function begin(sending: Sending): http.ClientRequest {
    const { method = 'POST', search, body, ends = true } = sending;
    const target = new URL(url);
    if (search !== undefined) target.search = search;
    const length = Buffer.isBuffer(body) && ends ? { 'content-length': String(body.length) } : {};
    const coding = body && !('content-length' in length) ? { 'transfer-encoding': 'chunked' } : {};
    const begun = request(target, {
      method,
      lookup,
      agent: sending.agent ?? false,
      headers: { ...headers, ...length, ...coding, ...sending.headers },
    });
    // Ignores errors after the response, or after the connection was cut on purpose.
    begun.on('error', () => undefined);
    if (sending.readsLate) begun.once('socket', (socket) => void socket.pause());
    return begun;
  }

  async function send(sending: Sending): Promise<Reply> {
    const reply = Promise.withResolvers<Reply>();
    const begun = begin(sending);
    const limitMs = sending.timeoutMs ?? timeoutMs;
    const timer = setTimeout(reply.resolve, limitMs, { kind: 'silence', timeoutMs: limitMs });
    let answering = false;
    begun.once('response', (response) => {
      answering = true;
      readAnswer(response).then(reply.resolve, (error: unknown) => reply.resolve(broken(error)));
    });
    begun.on('error', (error) => answering || reply.resolve(broken(error)));
    begun.once('close', () => answering || reply.resolve(broken('closed')));
    void write(begun, sending);
    try {
      return await reply.promise;
    } finally {
      clearTimeout(timer);
      if (!sending.agent) begun.destroy();
    }
  }

  return {
    send,
    open(sending) {
      const begun = begin(sending);
      void write(begun, sending);
      return begun;
    },
    async leave(sending, resets) {
      const begun = begin(sending);
      const connected = settled(begun, ['socket']);
      await write(begun, { ...sending, ends: false });
      await connected;
      // Written is not sent. What is not sent by then never reaches the server.
      await new Promise((resolve) => begun.socket?.write('', resolve) ?? resolve(null));
      if (resets) begun.socket?.resetAndDestroy();
      begun.destroy();
    },
    createAgent: () => new Agent({ keepAlive: true, maxSockets: 1, lookup }),
  };
}

async function write(request: http.ClientRequest, sending: Sending): Promise<void> {
  const { body, ends = true, readsLate = false, awaitsContinue = false } = sending;
  if (awaitsContinue) {
    request.flushHeaders();
    await settled(request, ['continue', 'response']);
  }
  for (const piece of Buffer.isBuffer(body) ? [body] : (body ?? [])) {
    if (request.destroyed) return;
    if (!request.write(piece)) await settled(request, ['drain']);
  }
  if (ends) request.end();
  else request.flushHeaders();
  if (readsLate && !request.destroyed) {
    await settled(request, ['finish']);
    request.socket?.resume();
  }
}

/** Resolves at the first of `events`, or when the request is over. */
async function settled(request: http.ClientRequest, events: readonly string[]): Promise<void> {
  if (request.destroyed) return;
  using over = new DisposableStack();
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of [...events, 'close']) {
    request.once(event, resolve);
    over.defer(() => request.off(event, resolve));
  }
  await promise;
}

async function readAnswer(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes: unknown = chunk;
    if (!Buffer.isBuffer(bytes)) continue;
    chunks.push(bytes);
    size += bytes.length;
    if (size > MAX_ANSWER_BYTES) break;
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString();
  const { statusCode: status = 0, headers } = response;
  return { kind: 'answer', status, headers, text, result: parseResult(text) };
}

function broken(error: unknown): Reply {
  const code = error instanceof Error && 'code' in error ? error.code : error;
  return { kind: 'broken', why: String(code) };
}
