import type { Client, AuthSession } from './access.ts';
import { notAccepted } from './refusals.ts';

/** What a key or a token is worth. */
export interface Standing {
  readonly client: Client;
  /** In milliseconds since 1970; `Infinity` for never. */
  readonly expiresAtMs: number;
}

export interface AuthSessionOptions {
  /** What it is worth now; null for nothing. */
  readonly standing: () => Standing | null;
  /** Those to be called when `standing` may have changed. @default it never changes */
  readonly listeners?: Set<() => void>;
}

/**
 * The longest wait for an expiry. The clock may be set while a timer runs, which goes on counting by its own;
 * and Node fires at once a timer that is longer than 24 days.
 */
const LONGEST_WAIT_MS = 60_000;

/** A grant that lasts as long as its standing. */
export function createAuthSession({ standing, listeners }: AuthSessionOptions): AuthSession {
  function current(): Standing | null {
    const found = standing();
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
    client() {
      const found = current();
      if (found === null) throw notAccepted();
      return found.client;
    },
    onEnd,
  };
}
