import { Pool, type Dispatcher } from 'undici';
import { GatewayError } from '../common/errors.ts';
import { createConnector } from './connector.ts';
import { MAX_ANSWER_BYTES } from './decode-body.ts';
import type { PostRequest, PostResponse } from './post.ts';
import { redirectTarget } from './redirect-target.ts';
import { sendRequest } from './send-request.ts';
import { toTransportError } from './transport-error.ts';

/** HTTP transport to the provider, over keep-alive connections. */
export interface Transport {
  /**
   * Posts one form and reads the complete answer as soon as it comes, even while the form is still being
   * sent. The rest of the form is then dropped, and its connection closed.
   * @throws `UPSTREAM_UNAVAILABLE`, `UPSTREAM_TIMEOUT`, `UPSTREAM_INVALID_RESPONSE`, or the reason of `signal`.
   */
  post(request: PostRequest): Promise<PostResponse>;
  /** Destroys every connection. */
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly baseUrl: URL;
  readonly connectTimeoutMs: number;
  /** Further calls wait for a connection. */
  readonly maxConnections: number;
}

export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, connectTimeoutMs, maxConnections } = options;
  const closing = new AbortController();
  const pathPrefix = baseUrl.pathname.replace(/\/+$/, '');
  const pool = new Pool(baseUrl.origin, {
    connect: createConnector({ connectTimeoutMs, signal: closing.signal }),
    connections: maxConnections,
    // Many servers close an idle connection after 5 s. A call sent at that moment is lost, and an
    // upload is not sent twice. So we close ours earlier, and 2 s before the end that a server
    // announces.
    keepAliveTimeout: 3000,
    keepAliveTimeoutThreshold: 2000,
    keepAliveMaxTimeout: 30_000,
    // Each call's signal carries its deadline. The library's own timers must not fire earlier: they
    // ignore data that has arrived but is not read yet.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  async function post(request: PostRequest): Promise<PostResponse> {
    const { path, token, traceHeaders, form, onHead, signal, timeoutMs } = request;
    const outgoing: Dispatcher.DispatchOptions = {
      method: 'POST',
      path: `${pathPrefix}${path}`,
      headers: {
        ...traceHeaders,
        token,
        'content-type': form.contentType,
        accept: 'application/json',
        'accept-encoding': 'identity',
      },
      body: form.body,
    };
    try {
      const answer = await sendRequest(pool, outgoing, { onHead, signal, timeoutMs });
      const { statusCode, headers, body } = answer;
      const location = single(headers['location']);
      return {
        statusCode,
        date: single(headers['date']),
        redirectsTo: location === undefined ? undefined : redirectTarget(location, baseUrl),
        contentEncoding: listed(headers['content-encoding']),
        body,
      };
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof GatewayError ? error : toTransportError(error);
    }
  }

  async function close() {
    closing.abort();
    await pool.destroy();
  }

  return { post, close };
}

type Header = string | string[] | undefined;

function single(header: Header): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** The value of a header that may be repeated. Repeated headers mean the same as one with all values. */
function listed(header: Header): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
