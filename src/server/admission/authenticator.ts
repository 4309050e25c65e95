import type { IncomingMessage } from 'node:http';
import type { Access, Client, AuthSession } from '../../access/access.ts';
import { GatewayError } from '../../common/errors.ts';
import { toGraphQLError } from '../../graphql/errors.ts';
import type { Principal } from '../../photos/principal.ts';
import type { Secret } from '../../common/secret.ts';
import type { Addresses } from './traffic/addresses.ts';

/** Who is behind each request, that of a WebSocket's upgrade included. */
export interface Authenticator {
  /**
   * Lets in whoever sent `request` with `credential`, or with none; before anything else of it is heeded.
   * @throws `UNAUTHENTICATED` where access does not let it in.
   */
  admit(request: IncomingMessage, credential: Secret | null): Promise<AuthSession>;
  /** What let in the sender of `request`. */
  sessionOf(request: IncomingMessage): AuthSession;
  /** Under which name limits count the sender of `request`. */
  rateLimitKeyOf(request: IncomingMessage): string;
  /**
   * As whom an operation of `request` runs.
   * @throws GraphQLError `UNAUTHENTICATED` where the grant has ended by now.
   */
  principalOf(request: IncomingMessage): Principal;
}

export interface AuthenticatorOptions {
  readonly access: Pick<Access, 'admit'>;
  /** Where clients reach the gateway; null for where each says that it did. */
  readonly publicUrl: URL | null;
  /**
   * Where requests come from, by which limits count them where everybody is one client.
   * @default null: limits count each client
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
