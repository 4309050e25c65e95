import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { createConcurrencyLimiter } from '../../../common/concurrency-limiter.ts';
import type { Log } from '../../../common/log.ts';
import type { Addresses } from './addresses.ts';
import { TooMany } from './too-many.ts';

/**
 * Limits the open connections per address. A connection of a trusted proxy may carry the requests of many
 * addresses, one after the other. For those, each running request and each WebSocket counts instead of the
 * connection.
 */
export interface ConnectionLimit {
  /** From now on, closes each connection over the limit before a byte of it is read. */
  watch(server: Server): void;
  /**
   * Counts `request` of `address`, if it came through a trusted proxy, until `closing` emits `close`.
   * @returns why the request is rejected, or null.
   */
  hold(request: IncomingMessage, address: string, closing: EventEmitter): TooMany | null;
}

export interface ConnectionLimitOptions {
  readonly addresses: Pick<Addresses, 'ofPeer' | 'isProxied'>;
  /** Null for no limit. */
  readonly perAddress: number | null;
  readonly log: Pick<Log, 'warn'>;
}

/** How long to wait before another try. Nobody knows when a connection will end. */
const RETRY_AFTER_MS = 5000;

/** The shortest time between two log lines. One line per connection would be another way to attack. */
const WARN_INTERVAL_MS = 60_000;

export function createConnectionLimit(options: ConnectionLimitOptions): ConnectionLimit {
  const { addresses, perAddress, log } = options;
  const limiter = createConcurrencyLimiter(perAddress);
  let quietUntilMs = -Infinity;

  /** @returns false if the address has reached its limit. */
  function take(address: string, closing: EventEmitter): boolean {
    const slot = limiter.take(address);
    if (slot === null) {
      warn(address);
      return false;
    }
    closing.on('close', () => slot[Symbol.dispose]());
    return true;
  }

  function warn(address: string) {
    if (performance.now() < quietUntilMs) return;
    quietUntilMs = performance.now() + WARN_INTERVAL_MS;
    log.warn(
      { address, maxConnectionsPerAddress: perAddress },
      'MAX_CONNECTIONS_PER_ADDRESS are open from one address: more are refused',
    );
  }

  function onConnection(socket: Socket) {
    if (addresses.isProxied(socket)) return;
    if (!take(addresses.ofPeer(socket), socket)) socket.destroy();
  }

  return {
    watch: (server) => void server.on('connection', onConnection),
    hold(request, address, closing) {
      if (!addresses.isProxied(request.socket)) return null;
      if (take(address, closing)) return null;
      return new TooMany('Too many connections are open from your address', RETRY_AFTER_MS);
    },
  };
}
