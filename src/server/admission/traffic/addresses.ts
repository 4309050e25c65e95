import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Log } from '../../../common/log.ts';

/** As much of a request as tells where it comes from. */
export interface Sender {
  readonly socket: Pick<Socket, 'remoteAddress'>;
  readonly headers: IncomingHttpHeaders;
}

/** Where requests come from, as limits count it. */
export interface Addresses {
  /**
   * The address of whoever sent `request`: an IPv4 address, or the first 64 bits of an IPv6 one, which is what
   * one household or server is given. Behind trusted proxies, the rightmost address of `X-Forwarded-For` that
   * is none of theirs; from anyone else that header is not looked at.
   */
  of(request: Sender): string;
  /** The address at the other end of a connection. */
  ofPeer(socket: Sender['socket']): string;
  /** Whether a connection comes from a trusted proxy, and so carries the requests of many. */
  isProxied(socket: Sender['socket']): boolean;
}

export interface AddressesOptions {
  /** Addresses and CIDR ranges of proxies. */
  readonly trustedProxies: readonly string[];
  readonly log: Pick<Log, 'warn'>;
}

type Address = ReturnType<typeof ipaddr.process>;

/** Of a connection that has ended meanwhile. */
const UNKNOWN = 'unknown';

/** With the port that some proxies add. */
const WITH_PORT = /^(?:\[([\da-f:.]+)\](?::\d+)?|([\d.]+):\d+)$/i;

/**
 * `Forwarded` is not read: a proxy that knows one of the two headers hands on the other as its client wrote it.
 */
export function createAddresses({ trustedProxies, log }: AddressesOptions): Addresses {
  const ranges = { proxies: trustedProxies.map(rangeOf) };
  let warned = false;

  function isTrusted(address: Address): boolean {
    return ipaddr.subnetMatch(address, ranges, 'others') === 'proxies';
  }

  /** The header is read from its end, where the trusted proxies wrote; what is before may be forged. */
  function behindProxies(proxy: Address, forwardedFor: string): Address {
    let found = proxy;
    let end = forwardedFor.length;
    while (end >= 0 && isTrusted(found)) {
      const comma = end === 0 ? -1 : forwardedFor.lastIndexOf(',', end - 1);
      const address = parseAddress(forwardedFor.slice(comma + 1, end).trim());
      if (address === null) break;
      found = address;
      end = comma;
    }
    return found;
  }

  function warnOfUnknownProxy(peer: Address) {
    if (warned) return;
    warned = true;
    log.warn(
      { address: peer.toString() },
      'X-Forwarded-For comes from an address that TRUSTED_PROXIES does not name: if that is your proxy, all behind it share the limits of one address',
    );
  }

  return {
    of({ socket, headers }) {
      const peer = parseAddress(socket.remoteAddress ?? '');
      if (peer === null) return UNKNOWN;
      const header = headers['x-forwarded-for'];
      const forwardedFor = Array.isArray(header) ? header.join() : header;
      if (forwardedFor === undefined) return networkOf(peer);
      if (!isTrusted(peer)) warnOfUnknownProxy(peer);
      return networkOf(behindProxies(peer, forwardedFor));
    },
    ofPeer({ remoteAddress = '' }) {
      const peer = parseAddress(remoteAddress);
      return peer === null ? UNKNOWN : networkOf(peer);
    },
    isProxied({ remoteAddress = '' }) {
      const peer = parseAddress(remoteAddress);
      return peer !== null && isTrusted(peer);
    },
  };
}

function rangeOf(text: string): [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Null for whatever is no address. One of IPv4 that is mapped into IPv6 is taken for what it is. */
function parseAddress(text: string): Address | null {
  const [, bracketed, dotted] = WITH_PORT.exec(text) ?? [];
  const bare = bracketed ?? dotted ?? text;
  // The general check takes a plain number for an address.
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare);
  return isAddress ? ipaddr.process(bare) : null;
}

/** Whoever has an IPv6 address has 2^64 of them: counted one by one, none would ever come to its limit. */
function networkOf(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString();
  const bits = address.toByteArray().slice(0, 8);
  return `${Buffer.from(bits).toString('hex')}::/64`;
}
