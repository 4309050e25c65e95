import { isIPv6 } from 'node:net';
import { getDomain } from 'tldts';

/** From which hosts the gateway fetches finished pictures. */
export interface ResultHosts {
  /**
   * `as given`: the operator named this host, wherever it may be. `public only`: it shares its domain with
   * the provider's API, or is below a domain that the operator named, and whoever may make names in there
   * must not lead the gateway into its own network. Null: nothing is fetched from there.
   */
  trust(url: URL): HostTrust | null;
}

export type HostTrust = 'as given' | 'public only';

export interface ResultHostsOptions {
  /** The provider's API: its host is known, on any port, and so are the others of its registrable domain. */
  readonly apiUrl: URL;
  /**
   * Host names without a port, and `*.example.com` for all names below a domain, in place of what `apiUrl`
   * stands for; null for that.
   */
  readonly named: readonly string[] | null;
}

export function createResultHosts({ apiUrl, named }: ResultHostsOptions): ResultHosts {
  const names = named ?? [apiUrl.hostname];
  const exact = new Set(names.filter((name) => !isPattern(name)).map(canonicalHost));
  const suffixes = names.filter(isPattern).map((name) => `.${canonicalHost(name.slice(2))}`);
  const domain = named === null ? domainOf(apiUrl.hostname) : null;

  function trust({ protocol, hostname, username, password }: URL): HostTrust | null {
    if (protocol !== 'http:' && protocol !== 'https:') return null;
    // They would be sent along, and no picture of the provider needs any.
    if (username + password !== '') return null;
    const host = canonicalHost(hostname);
    if (exact.has(host)) return 'as given';
    if (suffixes.some((suffix) => host.endsWith(suffix))) return 'public only';
    return domain !== null && domainOf(hostname) === domain ? 'public only' : null;
  }

  return { trust };
}

function isPattern(name: string): boolean {
  return name.startsWith('*.');
}

/**
 * As a URL holds it: lower case, an international name in its ASCII form, IPv6 in brackets; and without
 * the root's dot.
 */
function canonicalHost(host: string): string {
  const bare = isIPv6(host) ? `[${host}]` : host.replace(/\.$/, '');
  return URL.parse(`http://${bare}`)?.hostname ?? bare;
}

/**
 * The part of a name that one owner registered; null for an address. Suffixes under which a company rents
 * out names count as public, so that a provider at `photo.github.io` does not stand for all its neighbours.
 */
function domainOf(host: string): string | null {
  return getDomain(host, { allowPrivateDomains: true });
}
