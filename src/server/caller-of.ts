import type { IncomingMessage } from 'node:http';
import type { Caller } from '../photos/caller.ts';

/** The one client that everybody is where nobody is asked who they are (`AUTH=open`). */
const EVERYBODY = 'everybody';

/**
 * Who sent a request, and where it found the gateway: at `publicUrl`, or where that is unset at the host
 * that the request itself names.
 */
export function callerOf({ headers, socket }: IncomingMessage, publicUrl: URL | null): Caller {
  if (publicUrl !== null) return { client: EVERYBODY, origin: publicUrl.href.replace(/\/$/, '') };
  const named = `http://${headers.host ?? ''}`;
  const { origin } = new URL(
    URL.canParse(named) ? named : `http://${hostOf(socket.localAddress)}:${socket.localPort}`,
  );
  return { client: EVERYBODY, origin };
}

function hostOf(address = 'localhost'): string {
  return address.includes(':') ? `[${address}]` : address;
}
