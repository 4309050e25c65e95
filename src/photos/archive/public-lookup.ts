import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { unfit } from './result-errors.ts';

const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is out in the internet, rather than this machine, its network, or a way into them:
 * private, loopback, link-local, reserved, and IPv6 that stands for any IPv4 address.
 */
export function isPublicAddress(address: string): boolean {
  // Gives the IPv4 address of one that is mapped into IPv6.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  // What is not handed out yet has no name of its own in that list, nor has the old form `::127.0.0.1`.
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6);
}

/**
 * Resolves names as `lookup` does, and gives public addresses only. A connection goes to the very
 * addresses that its lookup gave, so that a name which is public when it is looked at and private when it
 * is used, as in DNS rebinding, leads nowhere.
 */
export function createPublicLookup(lookup: LookupFunction): LookupFunction {
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

function notPublic(hostname: string) {
  return unfit(
    `The provider's picture is at ${hostname}, whose address is not public: where it should be, name it in PHOTO_RESULT_HOSTS.`,
  );
}
