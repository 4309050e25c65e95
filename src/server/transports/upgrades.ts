import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../../common/log.ts';
import { MISDIRECTED, type HostCheck } from '../admission/allowed-hosts.ts';
import { headFaultOf } from '../admission/head-fault.ts';
import type { LoadGauge } from '../admission/load-gauge.ts';
import { isAllowedOrigin } from '../admission/origin.ts';
import type { Readiness } from '../admission/readiness.ts';
import type { Addresses } from '../admission/traffic/addresses.ts';
import type { Traffic } from '../admission/traffic/traffic.ts';
import { GRAPHQL_PATH, pathOf } from '../paths.ts';
import { refuseConnection, type ConnectionRefusal } from './refuse-connection.ts';
import type { WebSocketTransport } from './web-socket.ts';

/** Handles a connection that asks for an upgrade: it becomes a WebSocket or is rejected. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface UpgradesOptions extends Omit<UpgradeRules, 'readiness'> {
  readonly readiness: () => Readiness;
  readonly load: Pick<LoadGauge, 'overloaded'>;
  readonly addresses: Pick<Addresses, 'of'>;
  readonly traffic: Pick<Traffic, 'requests' | 'connections'>;
  readonly webSockets: Pick<WebSocketTransport, 'upgrade'>;
  readonly log: Pick<Log, 'error'>;
}

const OVERLOADED = { status: 503, error: 'The gateway is overloaded: try again.' };

export function createUpgrades(options: UpgradesOptions): UpgradeListener {
  const { readiness, load, addresses, webSockets, log } = options;
  const { connections, requests } = options.traffic;

  function whyNot(request: IncomingMessage, address: string, socket: Duplex) {
    const refusal = refusalOf(request, { ...options, readiness: readiness() });
    if (refusal !== null || load.overloaded) return refusal ?? OVERLOADED;
    const tooMany =
      connections.hold(request, address, socket) ?? requests.operationOfAddress(address);
    if (tooMany === null) return null;
    return { status: 429, error: tooMany.message, retryAfter: tooMany.retryAfter };
  }

  return (request, socket, head) => {
    // The client may leave before the transport takes the socket, and an unhandled `error` event ends the
    // process.
    socket.on('error', () => socket.destroy());
    try {
      const address = addresses.of(request);
      const refusal = whyNot(request, address, socket);
      if (refusal === null) webSockets.upgrade(request, address, socket, head);
      else refuseConnection(socket, refusal);
    } catch (error) {
      log.error({ err: error }, 'A WebSocket could not be opened');
      socket.destroy();
    }
  };
}

export interface UpgradeRules {
  readonly isAllowedHost: HostCheck;
  readonly corsOrigins: readonly string[];
  readonly readiness: Readiness;
}

/** Why an upgrade request is rejected, or null. */
export function refusalOf(request: IncomingMessage, rules: UpgradeRules): ConnectionRefusal | null {
  if (!rules.isAllowedHost(request)) return { status: 421, error: MISDIRECTED };
  const fault = headFaultOf(request);
  if (fault !== null) return { status: 400, error: fault };
  if (rules.readiness !== 'ready') return { status: 503, error: 'The gateway is being stopped.' };
  if (pathOf(request) !== GRAPHQL_PATH) {
    return { status: 404, error: `Nothing is here; GraphQL is at ${GRAPHQL_PATH}.` };
  }
  if (isAllowedOrigin(request, rules.corsOrigins)) return null;
  return {
    status: 403,
    error: 'Pages of other origins may not connect unless CORS_ORIGINS names them.',
  };
}
