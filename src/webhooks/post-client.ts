import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { abortable, bounded } from '../common/bounded.ts';
import { createPublicLookup, isPublicAddress } from '../common/public-address.ts';
import { addressOf, faultOfWebhookAddress } from '../common/webhook-address.ts';

/** What a receiver answered. */
export interface PostAnswer {
  readonly status: number;
  /** The header `retry-after`; null if there is none. */
  readonly retryAfter: string | null;
}

/** Why nothing was sent, or nothing came back. The message is for an operator and has no secret. */
export class PostError extends Error {
  override readonly name = 'PostError';
}

/**
 * HTTP client for receivers of webhooks, whose addresses others may have chosen. It contacts public
 * addresses only, over https only, except for hosts that the operator allows. It follows no redirects.
 */
export interface PostClient {
  /**
   * Sends a body, and returns the answer without its body.
   * @throws PostError; the reason of `signal`.
   */
  post(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<PostAnswer>;
  /** Destroys all connections. */
  close(): Promise<void>;
}

export interface PostClientOptions {
  /** Hosts that may be on a private network, and may be called over http, as `URL.hostname` has them. */
  readonly privateHosts: readonly string[];
  /** Longest time for one call in all, in milliseconds. */
  readonly timeoutMs: number;
  /** Connections to one receiver at a time. */
  readonly connections: number;
  /** Resolves host names. @default the system's resolver */
  readonly lookup?: LookupFunction;
}

/** A short answer is read, so that its connection can be used again. */
const MAX_ANSWER_BYTES = 16 * 1024;

export function createPostClient(options: PostClientOptions): PostClient {
  const { privateHosts, timeoutMs, lookup = systemLookup } = options;
  const closing = new AbortController();
  const common = {
    // Also ends connections that are still being opened, which the agent itself does not.
    signal: closing.signal,
    timeout: timeoutMs,
    allowH2: false,
  };
  const anywhere = buildConnector({ ...common, lookup });
  const publicly = buildConnector({ ...common, lookup: createPublicLookup(lookup, notPublic) });
  const agent = new Agent({
    connect(target, callback) {
      if (privateHosts.includes(target.hostname)) return anywhere(target, callback);
      // The lookup sees names only.
      const address = addressOf(target.hostname);
      if (address !== null && !isPublicAddress(address)) {
        return callback(notPublic(target.hostname), null);
      }
      return publicly(target, (error, socket) => {
        if (error !== null || socket === null) {
          return callback(error ?? new PostError('There is no connection'), null);
        }
        // The address that counts is the one that is connected to, whatever was resolved or configured.
        if (isPublicAddress(socket.remoteAddress ?? '::')) return callback(null, socket);
        socket.destroy();
        return callback(notPublic(target.hostname), null);
      });
    },
    connections: options.connections,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MAX_ANSWER_BYTES,
    maxHeaderSize: MAX_ANSWER_BYTES,
  });

  async function call(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<PostAnswer> {
    const answer = agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST',
      headers,
      body,
      signal,
    });
    // The library observes the signal only once the request has a connection.
    const { statusCode, headers: answered, body: content } = await abortable(answer, signal);
    const { 'retry-after': retryAfter } = answered;
    // The receiver has answered. What its body is, or whether it ends, is its own affair.
    content.on('error', () => undefined);
    await content.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => undefined);
    return { status: statusCode, retryAfter: typeof retryAfter === 'string' ? retryAfter : null };
  }

  async function post(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<PostAnswer> {
    const fault = faultOfWebhookAddress(url, privateHosts);
    if (fault !== null) throw new PostError(`The address ${fault}`);
    const timeoutError = () => new PostError(`There was no answer within ${timeoutMs} ms`);
    try {
      return await bounded({ signals: [signal], timeoutMs, timeoutError }, (inner) =>
        call(url, headers, body, inner),
      );
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof PostError ? error : new PostError(textOf(error), { cause: error });
    }
  }

  async function close() {
    closing.abort();
    await agent.destroy();
  }

  return { post, close };
}

function notPublic(hostname: string) {
  return new PostError(
    `The address of ${hostname} is not public: if that is intended, add the host to WEBHOOK_PRIVATE_HOSTS`,
  );
}

const MAX_TEXT_LENGTH = 200;

/** One line. Several addresses of one host fail with an `AggregateError`, which has no message. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return textOf(error.errors[0]);
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, MAX_TEXT_LENGTH);
}
