import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../../../common/log.ts';
import type { Addresses } from './addresses.ts';
import { createConcurrencyLimiter } from './concurrency-limiter.ts';
import { TooMany } from './too-many.ts';

/**
 * How many connections an address may have. Those of a trusted proxy come from many addresses, and may carry
 * one after the other: there it is requests that count, each for as long as it runs, and WebSockets.
 */
export interface ConnectionLimit {
  /** From now on closes what is over the limit, before a byte of it is read. */
  watch(server: Server): void;
  /**
   * Counts what came by a trusted proxy until `closing` emits `close`.
   * @returns why it is not carried out, or null.
   */
  hold(request: IncomingMessage, closing: EventEmitter): TooMany | null;
}

export interface ConnectionLimitOptions {
  readonly addresses: Addresses;
  /** Null for no limit. */
  readonly perAddress: number | null;
  readonly log: Pick<Log, 'warn'>;
}

/** When a place may be free again: nobody knows. */
const RETRY_AFTER_MS = 5000;

/** Between two lines of the log: one for each connection would be one more way to hurt. */
const WARN_INTERVAL_MS = 60_000;

export function createConnectionLimit(options: ConnectionLimitOptions): ConnectionLimit {
  const { addresses, perAddress, log } = options;
  const limiter = createConcurrencyLimiter(perAddress);
  let quietUntilMs = -Infinity;

  /** @returns whether there was a place. */
  function take(address: string, closing: EventEmitter): boolean {
    const place = limiter.take(address);
    if (place === null) {
      warn(address);
      return false;
    }
    closing.once('close', () => place[Symbol.dispose]());
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
    hold(request, closing) {
      if (!addresses.isProxied(request.socket)) return null;
      if (take(addresses.of(request), closing)) return null;
      return new TooMany('Too many connections are open from your address', RETRY_AFTER_MS);
    },
  };
}
