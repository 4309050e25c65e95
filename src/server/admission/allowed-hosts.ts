import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import { hostNameOf } from './host-names.ts';

/** Tells whether the `Host` of a request is one that this gateway serves. */
export type HostCheck = (req: IncomingMessage) => boolean;

/** Response to a request for any other host. */
export const MISDIRECTED =
  'This gateway does not serve the host that the request names: add it to ALLOWED_HOSTS.';

/**
 * Accepts requests for the loopback names and for `allowed`, on any port. Null accepts every host.
 *
 * This stops DNS rebinding: a page points its own host name at this machine after it has loaded. The browser
 * then treats the gateway as the page's own origin, and CORS does not apply. The request still names the
 * page's host.
 */
export function createHostCheck(allowed: readonly string[] | null): HostCheck {
  const names = new Set(allowed);
  return ({ headers: { host } }) => {
    if (allowed === null) return true;
    const name = hostNameOf(host ?? '');
    return name !== null && (isLoopbackName(name) || names.has(name));
  };
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'));
}
