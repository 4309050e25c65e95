import { z } from 'zod';
import { ConfigError, type Config } from '../../config/config.ts';

const systemError = z.looseObject({
  code: z.string(),
  syscall: z.enum(['listen', 'bind', 'getaddrinfo']),
});

/** By the system's error code: what is wrong with the address, and what to do about it. */
const SENTENCES: Readonly<Record<string, (address: Address) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `PORT ${port} is in use by another process on ${host}: stop that one, or choose another port`,
  EACCES: ({ port }) =>
    `PORT ${port} may not be used by this user: choose one from 1024 up, or grant the permission`,
  EADDRNOTAVAIL: ({ host }) => `HOST ${host} is not an address of this machine`,
  EAFNOSUPPORT: ({ host }) =>
    `HOST ${host} belongs to an address family that this machine does not support`,
  ENOTFOUND: ({ host }) => `HOST ${host} is a name without an address`,
  EAI_AGAIN: ({ host }) => `HOST ${host} is a name that cannot be looked up now`,
};

type Address = Pick<Config, 'host' | 'port'>;

/**
 * Turns a listen error into one line that names the setting and says why nothing can listen there. Returns
 * other errors unchanged.
 */
export function describeListenError(address: Address, error: unknown): unknown {
  const { data } = systemError.safeParse(error);
  if (data === undefined) return error;
  const sentence = SENTENCES[data.code];
  const message =
    sentence?.(address) ?? `HOST ${address.host} cannot be listened on (${data.code})`;
  return new ConfigError(message, { cause: error });
}
