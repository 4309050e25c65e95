import { addAbortListener } from 'node:events';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Client, Sending } from './client.ts';
import { createStreamReader, type StreamReader } from './stream-reader.ts';
import type { Operation } from './upload-target.ts';

/** The record of a stream. */
export interface StreamRecord extends Pick<StreamReader, 'events' | 'commentsMs' | 'text'> {
  /** 0 if no response began. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /**
   * How the stream ended: by the server, not at all within the time, or `broken` if it broke off or
   * never began.
   */
  readonly end: 'server' | 'timeout' | 'broken';
  readonly durationMs: number;
}

/** What to subscribe to, and how to request it. */
export interface RecordOptions {
  readonly operation: Operation;
  readonly timeoutMs: number;
  /** @default 'text/event-stream' */
  readonly accept?: string;
  /** @default 'POST' */
  readonly method?: 'GET' | 'POST';
}

/** Whether the response is a stream of server-sent events. */
export function isStream({ headers }: Pick<StreamRecord, 'headers'>): boolean {
  return /^text\/event-stream\s*(?:;|$)/i.test(headers['content-type'] ?? '');
}

/** Requests a stream, reads it to its end or for `timeoutMs`, and then disconnects. */
export async function recordStream(client: Client, options: RecordOptions): Promise<StreamRecord> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(options.timeoutMs);
  const request = client.open(streamRequest(options));
  const response = await begin(request, signal);
  const reader = createStreamReader();
  const whole = response !== null && (await readAll(response, reader, signal));
  request.destroy();
  return {
    status: response?.statusCode ?? 0,
    headers: response?.headers ?? {},
    events: reader.events,
    commentsMs: reader.commentsMs,
    text: reader.text,
    end: whole ? 'server' : signal.aborted ? 'timeout' : 'broken',
    durationMs: performance.now() - startedAt,
  };
}

/** Makes a request for a stream of `operation`. */
export function streamRequest(options: Omit<RecordOptions, 'timeoutMs'>): Sending {
  const { operation, accept = 'text/event-stream', method = 'POST' } = options;
  if (method === 'POST') {
    const headers = { accept, 'content-type': 'application/json' };
    return { headers, body: Buffer.from(JSON.stringify(operation)) };
  }
  const { query, variables } = operation;
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  return { method, headers: { accept }, search: search.toString() };
}

/** The response once it begins; null if it does not. */
export async function begin(
  request: ClientRequest,
  signal: AbortSignal,
): Promise<IncomingMessage | null> {
  const response = Promise.withResolvers<IncomingMessage | null>();
  request.once('response', response.resolve);
  request.once('close', () => response.resolve(null));
  using cutting = addAbortListener(signal, () => response.resolve(null));
  void cutting;
  return await response.promise;
}

async function readAll(response: IncomingMessage, reader: StreamReader, signal: AbortSignal) {
  using cutting = addAbortListener(signal, () => void response.destroy());
  void cutting;
  response.setEncoding('utf8');
  try {
    for await (const piece of response) reader.read(String(piece));
    return true;
  } catch {
    return false;
  }
}
