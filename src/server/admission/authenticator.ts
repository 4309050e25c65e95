import type { IncomingMessage } from 'node:http';
import type { Access, Client, AuthSession } from '../../access/access.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import { toGraphQLError } from '../../graphql/errors.ts';
import type { Principal } from '../../photos/principal.ts';
import type { Addresses } from './traffic/addresses.ts';

/** Knows the session behind each request, including the request that opens a WebSocket. */
export interface Authenticator {
  /**
   * Authenticates `request` by `credential`; null means that it carries none. Call it before anything else in
   * the request is processed.
   * @throws `UNAUTHENTICATED` if access does not accept the credential.
   */
  admit(request: IncomingMessage, credential: Secret | null): Promise<AuthSession>;
  /** The session of a request that was admitted. */
  sessionOf(request: IncomingMessage): AuthSession;
  /** The key under which rate limits count `request`. */
  rateLimitKeyOf(request: IncomingMessage): string;
  /**
   * The principal that an operation of `request` runs as.
   * @throws GraphQLError `UNAUTHENTICATED` if the session has ended since.
   */
  principalOf(request: IncomingMessage): Principal;
}

export interface AuthenticatorOptions {
  readonly access: Pick<Access, 'admit'>;
  /** The address at which clients reach the gateway. Null: the host that each request names. */
  readonly publicUrl: URL | null;
  /**
   * The addresses of requests. Limits count by address if all requests belong to one client (`AUTH=open`).
   * @default null: limits count by client
   */
  readonly addresses?: Pick<Addresses, 'of'> | null;
}

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { access, publicUrl, addresses = null } = options;
  const sessions = new WeakMap<IncomingMessage, AuthSession>();
  const rateLimitKeys = new WeakMap<IncomingMessage, string>();

  async function admit(request: IncomingMessage, credential: Secret | null): Promise<AuthSession> {
    const session = await access.admit(credential);
    sessions.set(request, session);
    rateLimitKeys.set(request, addresses ? addresses.of(request) : session.client().name);
    return session;
  }

  function sessionOf(request: IncomingMessage): AuthSession {
    const session = sessions.get(request);
    if (!session) throw notLetIn();
    return session;
  }

  function rateLimitKeyOf(request: IncomingMessage): string {
    const rateLimitKey = rateLimitKeys.get(request);
    if (rateLimitKey === undefined) throw notLetIn();
    return rateLimitKey;
  }

  function principalOf(request: IncomingMessage): Principal {
    const { name, uploadsPerDay } = clientOf(sessionOf(request));
    const rateLimitKey = rateLimitKeyOf(request);
    return { client: name, rateLimitKey, uploadsPerDay, origin: originOf(request, publicUrl) };
  }

  return { admit, sessionOf, rateLimitKeyOf, principalOf };
}

function notLetIn() {
  return new Error('A request came this far without being let in');
}

function clientOf(session: AuthSession): Client {
  try {
    return session.client();
  } catch (error) {
    // A GraphQLError, because Yoga masks any other error thrown while it creates the context.
    throw error instanceof GatewayError ? toGraphQLError(error) : error;
  }
}

/** `publicUrl`, or the host that the request names if `publicUrl` is not set. */
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
