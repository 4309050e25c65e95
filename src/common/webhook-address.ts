import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/**
 * What is wrong with the address of a receiver of webhooks, as text that follows its name; null for
 * nothing. A name may still turn out to have no public address when it is connected to.
 * @param privateHosts hosts that the operator allows wherever they are, as `URL.hostname` has them.
 */
export function faultOfWebhookAddress(
  { protocol, hostname }: URL,
  privateHosts: readonly string[],
): string | null {
  if (privateHosts.includes(hostname)) return null;
  if (isPrivate(hostname)) {
    return `is not on the public internet: if that is intended, set WEBHOOK_PRIVATE_HOSTS=${hostname}`;
  }
  if (protocol === 'https:') return null;
  return `must begin with https: if http is intended, set WEBHOOK_PRIVATE_HOSTS=${hostname}`;
}

function isPrivate(hostname: string): boolean {
  const bare = addressOf(hostname);
  if (bare !== null) return !isPublicAddress(bare);
  return /(?:^|\.)localhost\.?$/.test(hostname);
}

/** The address that a host name is, without brackets; null for a name. */
export function addressOf(hostname: string): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? null : bare;
}
