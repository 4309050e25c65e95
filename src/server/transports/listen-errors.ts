import { z } from 'zod';
import { ConfigError, type Config } from '../../config/config.ts';

const systemError = z.looseObject({
  code: z.string(),
  syscall: z.enum(['listen', 'bind', 'getaddrinfo']),
});

/** By the system's error code: what is wrong with the address, and what to do about it. */
const SENTENCES: Readonly<Record<string, (address: Address) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `PORT ${port} is taken by another process on ${host}: stop that one, or name another port`,
  EACCES: ({ port }) =>
    `PORT ${port} is not for this user to listen on: name one from 1024 on, or give the right to do so`,
  EADDRNOTAVAIL: ({ host }) => `HOST ${host} is no address of this machine`,
  EAFNOSUPPORT: ({ host }) => `HOST ${host} is of a kind that this machine does not speak`,
  ENOTFOUND: ({ host }) => `HOST ${host} is a name that leads to no address`,
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
