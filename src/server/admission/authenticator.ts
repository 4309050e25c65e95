import type { IncomingMessage } from 'node:http';
import type { Access, Client, Grant } from '../../access/access.ts';
import { GatewayError } from '../../common/errors.ts';
import { toGraphQLError } from '../../graphql/errors.ts';
import type { Caller } from '../../photos/principal.ts';
import type { Secret } from '../../common/secret.ts';
import type { Addresses } from './traffic/addresses.ts';

/** Who is behind each request, that of a WebSocket's upgrade included. */
export interface Callers {
  /**
   * Lets in whoever sent `request` with `credential`, or with none; before anything else of it is heeded.
   * @throws `UNAUTHENTICATED` where access does not let it in.
   */
  admit(request: IncomingMessage, credential: Secret | null): Promise<Grant>;
  /** What let in the sender of `request`. */
  grantOf(request: IncomingMessage): Grant;
  /** Under which name limits count the sender of `request`. */
  shareOf(request: IncomingMessage): string;
  /**
   * As whom an operation of `request` runs.
   * @throws GraphQLError `UNAUTHENTICATED` where the grant has ended by now.
   */
  callerOf(request: IncomingMessage): Caller;
}

export interface CallersOptions {
  readonly access: Pick<Access, 'admit'>;
  /** Where clients reach the gateway; null for where each says that it did. */
  readonly publicUrl: URL | null;
  /**
   * Where requests come from, by which limits count them where everybody is one client.
   * @default null: limits count each client
   */
  readonly addresses?: Pick<Addresses, 'of'> | null;
}

export function createCallers(options: CallersOptions): Callers {
  const { access, publicUrl, addresses = null } = options;
  const grants = new WeakMap<IncomingMessage, Grant>();
  const shares = new WeakMap<IncomingMessage, string>();

  async function admit(request: IncomingMessage, credential: Secret | null): Promise<Grant> {
    const grant = await access.admit(credential);
    grants.set(request, grant);
    shares.set(request, addresses ? addresses.of(request) : grant.client().name);
    return grant;
  }

  function grantOf(request: IncomingMessage): Grant {
    const grant = grants.get(request);
    if (!grant) throw notLetIn();
    return grant;
  }

  function shareOf(request: IncomingMessage): string {
    const share = shares.get(request);
    if (share === undefined) throw notLetIn();
    return share;
  }

  function callerOf(request: IncomingMessage): Caller {
    const { name, uploadsPerDay } = clientOf(grantOf(request));
    const share = shareOf(request);
    return { client: name, share, uploadsPerDay, origin: originOf(request, publicUrl) };
  }

  return { admit, grantOf, shareOf, callerOf };
}

function notLetIn() {
  return new Error('A request came this far without being let in');
}

function clientOf(grant: Grant): Client {
  try {
    return grant.client();
  } catch (error) {
    // As an error of GraphQL, since others are masked where a context is made.
    throw error instanceof GatewayError ? toGraphQLError(error) : error;
  }
}

/** At `publicUrl`, or where that is unset at the host that the request itself names. */
function originOf({ headers, socket }: IncomingMessage, publicUrl: URL | null): string {
  if (publicUrl !== null) return publicUrl.href.replace(/\/$/, '');
  const named = `http://${headers.host ?? ''}`;
  const { origin } = new URL(
    URL.canParse(named) ? named : `http://${hostOf(socket.localAddress)}:${socket.localPort}`,
  );
  return origin;
}

function hostOf(address = 'localhost'): string {
  return address.includes(':') ? `[${address}]` : address;
}
