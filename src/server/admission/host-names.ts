import type { IncomingMessage } from 'node:http';
import { memoizeText } from '../../common/memoize-text.ts';

/**
 * A host as RFC 9110, section 7.2 defines it: a name or an address, and optionally a port. `URL` accepts more
 * than that.
 */
const HOST = /^(?:\[[\da-f:.]+\]|[^\s:@/?#[\]\\]+)(?::\d{1,5})?$/i;

/** The host without its port, as `URL` writes it. Null if the text is not a host. */
export const hostNameOf = memoizeText((host: string): string | null => {
  const address = `http://${host}`;
  return HOST.test(host) && URL.canParse(address) ? new URL(address).hostname : null;
});

/** The origin of `http://<host>`. Null if that is no address. */
const originOfHost = memoizeText((host: string): string | null => {
  const address = `http://${host}`;
  return URL.canParse(address) ? new URL(address).origin : null;
});

/** The origin at which a request reached the gateway: by the host that it names, if it names one. */
export function originOf({ headers, socket }: IncomingMessage): string {
  const named = originOfHost(headers.host ?? '');
  return named ?? new URL(`http://${hostOf(socket.localAddress)}:${socket.localPort}`).origin;
}

function hostOf(address = 'localhost'): string {
  return address.includes(':') ? `[${address}]` : address;
}
