import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Log } from '../../../common/log.ts';

/** The parts of a request that tell where it comes from. */
export interface Sender {
  readonly socket: Pick<Socket, 'remoteAddress'>;
  readonly headers: IncomingHttpHeaders;
}

/** Client addresses, as rate limits count them. */
export interface Addresses {
  /**
   * The address of the client that sent `request`: an IPv4 address, or the first 64 bits of an IPv6 address,
   * which is the network that one household or server gets. Behind trusted proxies it is the rightmost
   * address in `X-Forwarded-For` that is not a trusted proxy. The header is ignored from any other peer.
   */
  of(request: Sender): string;
  /** The address of a connection's peer. */
  ofPeer(socket: Sender['socket']): string;
  /** Whether a connection comes from a trusted proxy, and so carries requests of many clients. */
  isProxied(socket: Sender['socket']): boolean;
}

export interface AddressesOptions {
  /** Addresses and CIDR ranges of proxies. */
  readonly trustedProxies: readonly string[];
  readonly log: Pick<Log, 'warn'>;
}

type Address = ReturnType<typeof ipaddr.process>;

/** The other end of a connection. */
interface Peer {
  /** What `network` was found from. */
  readonly remoteAddress: string | undefined;
  /** Null if the connection has ended. */
  readonly address: Address | null;
  readonly network: string;
  readonly isTrusted: boolean;
}

/** The address of a connection that has already ended. */
const UNKNOWN = 'unknown';

/** An address with a port, which some proxies add. */
const WITH_PORT = /^(?:\[([\da-f:.]+)\](?::\d+)?|([\d.]+):\d+)$/i;

/**
 * `Forwarded` is not read: a proxy that knows only one of the two headers passes the other on as the client
 * wrote it.
 */
export function createAddresses({ trustedProxies, log }: AddressesOptions): Addresses {
  const ranges = { proxies: trustedProxies.map(rangeOf) };
  let warned = false;

  function isTrusted(address: Address): boolean {
    return ipaddr.subnetMatch(address, ranges, 'others') === 'proxies';
  }

  /**
   * Reads the header from its end, where the trusted proxies appended. Everything before that may be forged.
   */
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

  /** Each connection carries many requests, and parsing an address takes as long as a cheap one. */
  const peers = new WeakMap<Sender['socket'], Peer>();

  function peerOf(socket: Sender['socket']): Peer {
    const { remoteAddress } = socket;
    const known = peers.get(socket);
    if (known !== undefined && known.remoteAddress === remoteAddress) return known;
    const address = parseAddress(remoteAddress ?? '');
    const peer = {
      remoteAddress,
      address,
      network: address === null ? UNKNOWN : networkOf(address),
      isTrusted: address !== null && isTrusted(address),
    };
    peers.set(socket, peer);
    return peer;
  }

  return {
    of({ socket, headers }) {
      const peer = peerOf(socket);
      const header = headers['x-forwarded-for'];
      if (header === undefined || peer.address === null) return peer.network;
      if (!peer.isTrusted) {
        warnOfUnknownProxy(peer.address);
        return peer.network;
      }
      const forwardedFor = Array.isArray(header) ? header.join() : header;
      return networkOf(behindProxies(peer.address, forwardedFor));
    },
    ofPeer: (socket) => peerOf(socket).network,
    isProxied: (socket) => peerOf(socket).isTrusted,
  };
}

function rangeOf(text: string): [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Null if the text is not an address. An IPv4 address mapped into IPv6 is returned as IPv4. */
function parseAddress(text: string): Address | null {
  const [, bracketed, dotted] = WITH_PORT.exec(text) ?? [];
  const bare = bracketed ?? dotted ?? text;
  // The library's general check accepts a plain number as an address.
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare);
  return isAddress ? ipaddr.process(bare) : null;
}

/** Whoever has one IPv6 address has 2^64 of them. Counted one by one, none would ever reach its limit. */
function networkOf(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString();
  const bits = address.toByteArray().slice(0, 8);
  return `${Buffer.from(bits).toString('hex')}::/64`;
}
