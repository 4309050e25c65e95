import type { Secret } from '../common/secret.ts';

/** One of those who may call. */
export interface Client {
  /**
   * The name under which photos and idempotency keys are its own. What a key and a token name alike is
   * not the same client: `key:anna`, `jwt:https://login.example.com|anna`.
   */
  readonly name: string;
  /** How many uploads it may make in a day; null where nothing was said about this one. */
  readonly uploadsPerDay: number | null;
}

/** That a client was let in. It ends when its key is removed, or its key or token has expired. */
export interface AuthSession {
  /**
   * Who was let in, as things stand now.
   * @throws `UNAUTHENTICATED` where it has ended.
   */
  client(): Client;
  /**
   * Calls `ended` once when it ends, at once if it has; for what lasts longer than a request. Disposed of,
   * it calls no more, and holds neither timer nor listener.
   */
  onEnd(ended: () => void): Disposable;
}

/** Decides who may call. Disposed of, it reads no more keys. */
export interface Access extends AsyncDisposable {
  /**
   * Lets in whoever sent `credential`, an API key or a token; null where none came.
   * @throws `UNAUTHENTICATED`, whatever is wrong with it.
   */
  admit(credential: Secret | null): Promise<AuthSession>;
}
