import { isIPv6 } from 'node:net';
import { getDomain } from 'tldts';

/** Decides from which hosts the gateway fetches finished pictures. */
export interface ResultHosts {
  /**
   * `as given`: the operator named this host, so any address is allowed. `public only`: the host
   * shares its domain with the provider's API, or is below a domain that the operator named.
   * Whoever can create names there must not lead the gateway into its own network. Null: nothing is
   * fetched from there.
   */
  trust(url: URL): HostTrust | null;
}

export type HostTrust = 'as given' | 'public only';

export interface ResultHostsOptions {
  /**
   * The provider's API. Its host is trusted on any port, and so are the other hosts of its
   * registrable domain.
   */
  readonly apiUrl: URL;
  /**
   * Host names without a port, and `*.example.com` for all names below a domain. They replace what
   * follows from `apiUrl`; null to use that.
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
    // Credentials would be sent along, and no picture of the provider needs any.
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
 * The form that a URL holds: lower case, an international name in ASCII, IPv6 in brackets; without
 * the trailing dot.
 */
function canonicalHost(host: string): string {
  const bare = isIPv6(host) ? `[${host}]` : host.replace(/\.$/, '');
  return URL.parse(`http://${bare}`)?.hostname ?? bare;
}

/**
 * The registrable domain of a name; null for an address. Suffixes under which a company rents out
 * names count as public, so that a provider at `photo.github.io` does not make all of
 * `github.io` allowed.
 */
function domainOf(host: string): string | null {
  return getDomain(host, { allowPrivateDomains: true });
}
