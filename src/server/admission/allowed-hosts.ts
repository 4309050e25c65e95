import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';

/** Whether a request may name this host as the one that it is for. */
export type HostCheck = (req: IncomingMessage) => boolean;

/** What everyone else is told. */
export const MISDIRECTED =
  'This gateway does not answer to the name that the request calls it by: add it to ALLOWED_HOSTS.';

/** As RFC 9110 has it (section 7.2): a name or an address, and a port. `URL` would take more than that. */
const HOST = /^(?:\[[\da-f:.]+\]|[^\s:@/?#[\]\\]+)(?::\d{1,5})?$/i;

/**
 * Takes requests for the loopback names and for `allowed`, whichever their port; all of them where it is null.
 *
 * A browser lets a page talk to its own origin. A page whose name is made to lead to this machine once it is
 * loaded (DNS rebinding) takes the gateway for that, with no CORS in its way; but it names its own host.
 */
export function createHostCheck(allowed: readonly string[] | null): HostCheck {
  const names = new Set(allowed);
  return ({ headers: { host } }) => {
    if (allowed === null) return true;
    const name = hostNameOf(host ?? '');
    return name !== null && (isLoopbackName(name) || names.has(name));
  };
}

/** The host without its port, as `URL` writes it; null where it is none. */
export function hostNameOf(host: string): string | null {
  const address = `http://${host}`;
  return HOST.test(host) && URL.canParse(address) ? new URL(address).hostname : null;
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'));
}
