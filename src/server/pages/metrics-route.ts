import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import type { Log } from '../../common/log.ts';

/** Who may read the metrics: processes on this machine, or everyone who reaches the port. */
export type MetricsReaders = 'loopback' | 'everyone';

/** The metrics as text, with its media type. */
export interface MetricsSource {
  readonly readers: MetricsReaders;
  readonly contentType: string;
  readonly render: () => Promise<string>;
}

export type MetricsRoute = (req: IncomingMessage, res: ServerResponse) => void;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Headers in which proxies name the original client. A scraper on this machine sends none of them. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const;

/** Answers with the metrics, or rejects a client that may not read them. */
export function createMetricsRoute(
  { readers, contentType, render }: MetricsSource,
  log: Pick<Log, 'error'>,
): MetricsRoute {
  async function answer(res: ServerResponse) {
    const text = await render();
    res.writeHead(200, { 'Content-Type': contentType });
    res.end(text);
  }

  return (req, res) => {
    if (readers === 'loopback' && !isFromThisMachine(req)) {
      res.writeHead(403, { 'Content-Type': 'application/json' });
      res.end(JSON.stringify({ error: FORBIDDEN }));
      return;
    }
    answer(res).catch((error: unknown) => {
      log.error({ err: error }, 'The metrics could not be rendered');
      res.destroy();
    });
  };
}

const FORBIDDEN =
  'Metrics are only for processes on this machine; METRICS=on serves them to everyone.';

/**
 * Behind a proxy on this machine every peer is local. Then only the headers that the proxy adds tell remote
 * clients apart.
 */
function isFromThisMachine({ headers, socket }: IncomingMessage): boolean {
  const { remoteAddress = '' } = socket;
  if (FORWARDED.some((name) => headers[name] !== undefined)) return false;
  return loopback.check(remoteAddress, isIPv6(remoteAddress) ? 'ipv6' : 'ipv4');
}
