import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { abortable } from '../../common/bounded.ts';
import { createPublicLookup } from './public-lookup.ts';
import { unfit } from './result-errors.ts';
import type { HostTrust, ResultHosts } from './result-hosts.ts';

/** Asks the hosts of finished pictures, and no others, wherever they may point to. */
export interface ResultClient {
  /**
   * Asks for `address`, follows its redirects, and gives the answer that is none, its body unread.
   * @throws `UPSTREAM_INVALID_RESPONSE` where that leads to a host from which nothing is fetched, or too
   * far; the library's errors; the reason of `signal`.
   */
  get(address: string, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
  /** Destroys every connection. */
  close(): Promise<void>;
}

export interface ResultClientOptions {
  readonly hosts: ResultHosts;
  readonly connectTimeoutMs: number;
  /** Longest wait for the head of an answer. */
  readonly headersTimeoutMs: number;
  /** Longest wait for the next bytes of a body. */
  readonly idleTimeoutMs: number;
  /** A larger body is an error. */
  readonly maxBodyBytes: number;
  /** How host names are resolved. @default as the system does */
  readonly lookup?: LookupFunction;
}

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** The body of a redirect is of no interest; a short one is read, so that its connection can be used again. */
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
        // HTTP/1.1 alone says how long a body is in a way that the library holds the server to.
        allowH2: false,
        timeout: options.connectTimeoutMs,
        lookup: resolve,
        // Reaches connections that are still being opened, which the agent itself does not.
        signal: closing.signal,
      }),
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.idleTimeoutMs,
      maxResponseSize: options.maxBodyBytes,
    });
  }

  async function request(url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const trust = hosts.trust(url);
    if (trust === null) throw strangeHost(url);
    const response = agents[trust].request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'photo-gateway' },
      signal,
    });
    // The library heeds the signal only once the request has a connection, which may take a while.
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
    throw unfit(`The provider's picture is behind more than ${MAX_REDIRECTS} redirects.`);
  }

  async function close() {
    closing.abort();
    await Promise.all(Object.values(agents).map((agent) => agent.destroy()));
  }

  return { get, close };
}

function parse(address: string, base?: URL): URL {
  const url = URL.parse(address, base);
  if (url === null) throw unfit("The provider's picture is at no address.");
  return url;
}

function strangeHost({ protocol, host }: URL) {
  return unfit(
    `The provider's picture is at ${protocol}//${host}, from where nothing is fetched: ` +
      'where it should be, name the host in PHOTO_RESULT_HOSTS.',
  );
}
