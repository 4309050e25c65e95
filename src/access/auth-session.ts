import type { Client, AuthSession } from './access.ts';
import { notAccepted } from './refusals.ts';
import type { Holder } from './tickets.ts';

/** The client of a key or token, and when its access ends. */
export interface Entitlement {
  readonly client: Client;
  /** In milliseconds since 1970; `Infinity` for never. */
  readonly expiresAtMs: number;
}

export interface AuthSessionOptions {
  readonly holder: Holder;
  /** The entitlement now; null if the key or token is no longer valid. */
  readonly entitlement: () => Entitlement | null;
  /** Callbacks for when `entitlement` may have changed. @default it never changes */
  readonly listeners?: Set<() => void>;
}

/**
 * The longest single wait for an expiry. The system clock may be set while a timer runs, and the timer does
 * not notice. Node also fires a timer of more than 24 days immediately.
 */
const LONGEST_WAIT_MS = 60_000;

/** A session that lasts as long as its entitlement. */
export function createAuthSession({
  holder,
  entitlement,
  listeners,
}: AuthSessionOptions): AuthSession {
  function current(): Entitlement | null {
    const found = entitlement();
    return found !== null && Date.now() < found.expiresAtMs ? found : null;
  }

  function onEnd(ended: () => void): Disposable {
    let timer: NodeJS.Timeout | undefined;

    function check() {
      clearTimeout(timer);
      const expiresAtMs = current()?.expiresAtMs;
      if (expiresAtMs === undefined) {
        listeners?.delete(check);
        ended();
      } else if (expiresAtMs !== Infinity) {
        timer = setTimeout(check, Math.min(expiresAtMs - Date.now(), LONGEST_WAIT_MS));
      }
    }

    listeners?.add(check);
    check();
    return {
      [Symbol.dispose]() {
        clearTimeout(timer);
        listeners?.delete(check);
      },
    };
  }

  return {
    holder,
    client() {
      const found = current();
      if (found === null) throw notAccepted();
      return found.client;
    },
    onEnd,
  };
}
