import type { AuthSession } from './access.ts';
import { hashOfKey } from './api-key.ts';
import { createAuthSession, type Entitlement } from './auth-session.ts';
import type { KeyEntry } from './key-file.ts';

/** The API keys that are valid now. */
export interface KeyRing {
  /** Returns the session of the holder of `key`, or null if the key is not valid. */
  admit(key: string): AuthSession | null;
  /** The same, for the hash of a key. */
  admitHash(hash: string): AuthSession | null;
  /** Replaces all keys. Sessions of removed keys end now; the others continue. */
  replace(entries: readonly KeyEntry[]): void;
}

export function createKeyRing(entries: readonly KeyEntry[]): KeyRing {
  let known = entitlements(entries);
  const listeners = new Set<() => void>();

  /**
   * Looks up the hash, in time that does not grow with the number of keys. That time may tell something about
   * the hash of a wrong key, which its sender can compute anyway, and nothing about a right one.
   */
  function admitHash(hash: string): AuthSession | null {
    const expiresAtMs = known.get(hash)?.expiresAtMs;
    if (expiresAtMs === undefined || Date.now() >= expiresAtMs) return null;
    return createAuthSession({
      holder: { keyHash: hash },
      entitlement: () => known.get(hash) ?? null,
      listeners,
    });
  }

  function replace(replacing: readonly KeyEntry[]) {
    known = entitlements(replacing);
    for (const listener of listeners) listener();
  }

  return { admit: (key) => admitHash(hashOfKey(key)), admitHash, replace };
}

/** What each key entitles to, by its hash. */
function entitlements(entries: readonly KeyEntry[]): ReadonlyMap<string, Entitlement> {
  return new Map(
    entries.map(({ client, sha256, expiresAt, uploadsPerDay = null }) => [
      sha256,
      {
        client: { name: `key:${client}`, uploadsPerDay },
        expiresAtMs: expiresAt?.getTime() ?? Infinity,
      },
    ]),
  );
}
