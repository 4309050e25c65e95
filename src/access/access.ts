import type { Awaitable } from '../common/awaitable.ts';
import type { Secret } from '../common/secret.ts';
import type { Holder, Ticket } from './tickets.ts';

/** An authenticated client. */
export interface Client {
  /**
   * The name that owns photos and idempotency keys. A key and a token with the same name belong to different
   * clients: `key:anna`, `jwt:https://login.example.com|anna`.
   */
  readonly name: string;
  /** How many uploads the client may make in a day. Null if no limit is set for this client. */
  readonly uploadsPerDay: number | null;
}

/**
 * The session of an authenticated client. It ends when its key is removed, or when its key or token expires.
 */
export interface AuthSession {
  /** Whose session it is. Null if everybody may call. */
  readonly holder: Holder | null;
  /**
   * The client as it is now.
   * @throws `UNAUTHENTICATED` if the session has ended.
   */
  client(): Client;
  /**
   * Calls `ended` once when the session ends, or immediately if it has ended already. It is for work that
   * lasts longer than a request. Disposing the result cancels the call, and frees its timer and its listener.
   */
  onEnd(ended: () => void): Disposable;
}

/** Authenticates clients. Disposing it stops reading keys. */
export interface Access extends AsyncDisposable {
  /**
   * Authenticates by `credential`, an API key or a token. Null means that none was sent.
   * @throws `UNAUTHENTICATED`, whatever is wrong with it.
   */
  admit(credential: Secret | null): Awaitable<AuthSession>;
  /**
   * A ticket for the holder of `session`.
   * @throws `UNAUTHENTICATED` if the session has ended.
   */
  issueTicket(session: AuthSession): Promise<Ticket>;
  /**
   * Authenticates by a ticket: the session ends with the key or token with which the ticket was issued.
   * @throws `UNAUTHENTICATED`, whatever is wrong with it.
   */
  admitTicket(ticket: Secret): Promise<AuthSession>;
}

/** What the keys file says besides who may call. */
export interface AccessWithWebhooks extends Access {
  /** Where clients want to be told of their photos, by their names, as it is now. */
  webhooks(): ReadonlyMap<string, ClientWebhook>;
}

/** Where a client wants to be told of its photos. */
export interface ClientWebhook {
  readonly url: URL;
  /** What signs that, the current one first. */
  readonly secrets: readonly Secret[];
}
