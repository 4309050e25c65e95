import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is on the public internet. False for this machine, its network and ways into
 * them: private, loopback, link-local and reserved addresses, and IPv6 addresses that stand for any
 * IPv4 address.
 */
export function isPublicAddress(address: string): boolean {
  // Converts an IPv4-mapped IPv6 address to IPv4.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  // That list has no name for unassigned addresses, nor for the old form `::127.0.0.1`.
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6);
}

/**
 * Resolves names as `lookup` does, but returns public addresses only. A connection uses the very
 * addresses of its lookup. So DNS rebinding fails, in which a name is public when checked and
 * private when used.
 * @param notPublic creates the error for a name without a public address.
 */
export function createPublicLookup(
  lookup: LookupFunction,
  notPublic: (hostname: string) => Error,
): LookupFunction {
  return function lookUpPublic(hostname, options, callback) {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error !== null) return callback(error, '');
      const addresses = toList(found, family).filter(({ address }) => isPublicAddress(address));
      const [first] = addresses;
      if (first === undefined) return callback(notPublic(hostname), '');
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

function toList(found: string | LookupAddress[], family = 0): LookupAddress[] {
  return typeof found === 'string' ? [{ address: found, family }] : found;
}
