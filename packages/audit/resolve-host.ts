import { lookup } from 'node:dns/promises';
import { BlockList, type LookupFunction } from 'node:net';
import { NoAudit } from './no-audit.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Resolves the host of `url` once. Every connection goes to the address that was checked, even if
 * the name leads elsewhere later.
 * @throws NoAudit if the host is not on this machine, unless `anywhere`
 */
export async function resolveHost(url: URL, anywhere: boolean): Promise<LookupFunction> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const { address, family } = await lookup(host).catch((cause: unknown) => {
    throw new NoAudit(`The host ${host} has no address.`, { cause });
  });
  if (!anywhere && !loopback.check(address, family === 6 ? 'ipv6' : 'ipv4')) {
    throw new NoAudit(
      `${host} (${address}) is not on this machine. The audit sends hostile requests, which may take it down: give --anywhere if it is your server.`,
    );
  }
  return (_host, options, done) => {
    if (options.all) done(null, [{ address, family }]);
    else done(null, address, family);
  };
}
