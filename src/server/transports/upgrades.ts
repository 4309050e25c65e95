import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../../common/log.ts';
import type { LoadGauge } from '../admission/load-gauge.ts';
import { refuseConnection, type ConnectionRefusal } from './refuse-connection.ts';
import { refusalOf, type UpgradeRules } from '../refuse-upgrade.ts';
import type { Readiness } from '../routes.ts';
import type { Traffic } from '../admission/traffic/traffic.ts';
import type { WebSocketTransport } from './web-socket.ts';

/** Takes a connection that asks to be upgraded, to become a WebSocket or to be refused. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface UpgradesOptions extends Omit<UpgradeRules, 'readiness'> {
  readonly readiness: () => Readiness;
  readonly load: Pick<LoadGauge, 'overloaded'>;
  readonly traffic: Pick<Traffic, 'requests' | 'connections'>;
  readonly webSockets: Pick<WebSocketTransport, 'upgrade'>;
  readonly log: Pick<Log, 'error'>;
}

const OVERLOADED = { status: 503, error: 'The gateway has more to do than it can: try again.' };

export function createUpgrades(options: UpgradesOptions): UpgradeListener {
  const { readiness, load, webSockets, log } = options;
  const { connections, requests } = options.traffic;

  async function whyNot(
    request: IncomingMessage,
    socket: Duplex,
  ): Promise<ConnectionRefusal | null> {
    const refusal = refusalOf(request, { ...options, readiness: readiness() });
    if (refusal !== null || load.overloaded) return refusal ?? OVERLOADED;
    const tooMany =
      connections.hold(request, socket) ?? (await requests.operationOfAddress(request));
    if (tooMany === null) return null;
    return { status: 429, error: tooMany.message, retryAfter: tooMany.retryAfter };
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    // A client may be gone before its door hears of it, and an error that nobody hears ends the process.
    socket.on('error', () => socket.destroy());
    const refusal = await whyNot(request, socket);
    if (refusal === null) webSockets.upgrade(request, socket, head);
    else refuseConnection(socket, refusal);
  }

  return (request, socket, head) => {
    upgrade(request, socket, head).catch((error: unknown) => {
      log.error({ err: error }, 'A WebSocket could not be opened');
      socket.destroy();
    });
  };
}
