import type { Access, AuthSession } from '../../access/access.ts';
import type { Ticket } from '../../access/tickets.ts';
import { andThen, type Awaitable } from '../../common/awaitable.ts';
import { publicOrigin } from '../../common/public-origin.ts';
import type { Secret } from '../../common/secret.ts';
import type { Principal } from '../../photos/principal.ts';

/** A client that has authenticated. */
export interface AdmittedClient {
  readonly session: AuthSession;
  /** The key under which limits count it. */
  readonly rateLimitKey: string;
  /**
   * The principal that an operation of the client runs as.
   * @throws `UNAUTHENTICATED` if the session has ended.
   */
  principal(): Principal;
  /** Whether it was admitted by a ticket. Then it may only subscribe, and only by server-sent events. */
  readonly hasTicket: boolean;
  /**
   * A ticket for the client.
   * @throws `UNAUTHENTICATED` if the session has ended.
   */
  ticket(): Promise<Ticket>;
}

/** Where a request comes from, and how it reached the gateway. */
export interface Sender {
  /** The address, as limits count it. */
  readonly address: string;
  /** The origin at which it reached the gateway. */
  readonly origin: string;
}

export interface Authenticator {
  /**
   * Authenticates a sender by `credential`; null means that it sent none. Call it before anything else in the
   * request is processed.
   * @throws `UNAUTHENTICATED` if access does not accept the credential.
   */
  admit(sender: Sender, credential: Secret | null): Awaitable<AdmittedClient>;
  /**
   * Authenticates a sender by a ticket.
   * @throws `UNAUTHENTICATED` if access does not accept it.
   */
  admitTicket(sender: Sender, ticket: Secret): Promise<AdmittedClient>;
}

export interface AuthenticatorOptions {
  readonly access: Pick<Access, 'admit' | 'issueTicket' | 'admitTicket'>;
  /** The address at which clients reach the gateway. Null: the host that each request names. */
  readonly publicUrl: URL | null;
  /** Whether limits count by address, since all requests belong to one client (`AUTH=open`). */
  readonly countsByAddress: boolean;
}

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { access, publicUrl, countsByAddress } = options;
  const ownOrigin = publicUrl && publicOrigin(publicUrl);

  function admitted(sender: Sender, session: AuthSession, hasTicket: boolean): AdmittedClient {
    const rateLimitKey = countsByAddress ? sender.address : session.client().name;
    const origin = ownOrigin ?? sender.origin;
    return new Admitted(access, session, { rateLimitKey, origin, hasTicket });
  }

  return {
    admit: (sender, credential) =>
      andThen(access.admit(credential), (session) => admitted(sender, session, false)),
    admitTicket: async (sender, ticket) => admitted(sender, await access.admitTicket(ticket), true),
  };
}

interface AdmittedAs extends Pick<AdmittedClient, 'rateLimitKey' | 'hasTicket'> {
  readonly origin: string;
}

/** A class, whose methods need no memory for each: thousands of WebSockets keep one. */
class Admitted implements AdmittedClient {
  readonly session: AuthSession;
  readonly rateLimitKey: string;
  readonly hasTicket: boolean;
  readonly #access: Pick<Access, 'issueTicket'>;
  readonly #origin: string;

  constructor(
    access: Pick<Access, 'issueTicket'>,
    session: AuthSession,
    { rateLimitKey, origin, hasTicket }: AdmittedAs,
  ) {
    this.session = session;
    this.rateLimitKey = rateLimitKey;
    this.hasTicket = hasTicket;
    this.#access = access;
    this.#origin = origin;
  }

  principal(): Principal {
    const { name, uploadsPerDay } = this.session.client();
    const { rateLimitKey } = this;
    return { client: name, rateLimitKey, uploadsPerDay, origin: this.#origin };
  }

  ticket(): Promise<Ticket> {
    return this.#access.issueTicket(this.session);
  }
}
