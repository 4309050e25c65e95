import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { abortable } from '../../common/bounded.ts';
import { createPublicLookup } from './public-lookup.ts';
import { invalidPicture } from './result-errors.ts';
import type { HostTrust, ResultHosts } from './result-hosts.ts';

/**
 * HTTP client for the hosts of finished pictures. It contacts no other host, whatever they redirect
 * to.
 */
export interface ResultClient {
  /**
   * Requests `address`, follows redirects, and returns the first response that is not a redirect,
   * with its body unread.
   * @throws `UPSTREAM_INVALID_RESPONSE` if that leads to a host that is not allowed, or through too
   * many redirects; the library's errors; the reason of `signal`.
   */
  get(address: string, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
  /** Destroys all connections. */
  close(): Promise<void>;
}

export interface ResultClientOptions {
  readonly hosts: ResultHosts;
  readonly connectTimeoutMs: number;
  /** Longest wait for the response headers, in milliseconds. */
  readonly headersTimeoutMs: number;
  /** Longest wait for the next bytes of a body, in milliseconds. */
  readonly idleTimeoutMs: number;
  /** A larger body is an error. */
  readonly maxBodyBytes: number;
  /** Resolves host names. @default the system's resolver */
  readonly lookup?: LookupFunction;
}

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/**
 * The body of a redirect is not needed. A short one is read, so that its connection can be reused.
 */
const MAX_REDIRECT_BODY_BYTES = 16 * 1024;

export function createResultClient(options: ResultClientOptions): ResultClient {
  const { hosts, lookup = systemLookup } = options;
  const closing = new AbortController();
  const agents: Readonly<Record<HostTrust, Agent>> = {
    'as given': createAgent(lookup),
    'public only': createAgent(createPublicLookup(lookup)),
  };

  function createAgent(resolve: LookupFunction): Agent {
    return new Agent({
      connect: buildConnector({
        // Only with HTTP/1.1 does the library enforce the declared length of a body.
        allowH2: false,
        timeout: options.connectTimeoutMs,
        lookup: resolve,
        // Also ends connections that are still being opened, which the agent itself does not.
        signal: closing.signal,
      }),
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.idleTimeoutMs,
      maxResponseSize: options.maxBodyBytes,
    });
  }

  async function request(url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const trust = hosts.trust(url);
    if (trust === null) throw disallowedHost(url);
    const response = agents[trust].request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'photo-gateway' },
      signal,
    });
    // The library observes the signal only once the request has a connection, which may take a
    // while.
    return abortable(response, signal);
  }

  async function get(address: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    let url = parse(address);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const response = await request(url, signal);
      const { location } = response.headers;
      if (!REDIRECTS.has(response.statusCode) || typeof location !== 'string') return response;
      await response.body.dump({ limit: MAX_REDIRECT_BODY_BYTES, signal });
      url = parse(location, url);
    }
    throw invalidPicture(`The provider's picture is behind more than ${MAX_REDIRECTS} redirects.`);
  }

  async function close() {
    closing.abort();
    await Promise.all(Object.values(agents).map((agent) => agent.destroy()));
  }

  return { get, close };
}

function parse(address: string, base?: URL): URL {
  const url = URL.parse(address, base);
  if (url === null) throw invalidPicture("The provider's address of the picture is malformed.");
  return url;
}

function disallowedHost({ protocol, host }: URL) {
  return invalidPicture(
    `The provider's picture is at ${protocol}//${host}, which is not an allowed host: ` +
      'if that is intended, add the host to PHOTO_RESULT_HOSTS.',
  );
}
