import { timingSafeEqual } from 'node:crypto';
import type { AuthSession } from './access.ts';
import { hashOfKey } from './api-key.ts';
import { createAuthSession, type Entitlement } from './auth-session.ts';
import type { KeyEntry } from './key-file.ts';

/** The API keys that are valid now. */
export interface KeyRing {
  /** Returns the session of the holder of `key`, or null if the key is not valid. */
  admit(key: string): AuthSession | null;
  /** Replaces all keys. Sessions of removed keys end now; the others continue. */
  replace(entries: readonly KeyEntry[]): void;
}

interface KnownKey {
  readonly digest: Buffer;
  readonly entitlement: Entitlement;
}

export function createKeyRing(entries: readonly KeyEntry[]): KeyRing {
  let known = knownKeys(entries);
  const listeners = new Set<() => void>();

  /**
   * Compares with every key, each in constant time. The time that a wrong key takes must not reveal how much
   * of its hash is right.
   */
  function find(hash: string): string | null {
    const digest = Buffer.from(hash, 'hex');
    let found: string | null = null;
    for (const [kept, key] of known) if (timingSafeEqual(key.digest, digest)) found = kept;
    return found;
  }

  function admit(key: string): AuthSession | null {
    const hash = find(hashOfKey(key));
    const expiresAtMs = hash === null ? undefined : known.get(hash)?.entitlement.expiresAtMs;
    if (hash === null || expiresAtMs === undefined || Date.now() >= expiresAtMs) return null;
    return createAuthSession({
      entitlement: () => known.get(hash)?.entitlement ?? null,
      listeners,
    });
  }

  function replace(replacing: readonly KeyEntry[]) {
    known = knownKeys(replacing);
    for (const listener of listeners) listener();
  }

  return { admit, replace };
}

function knownKeys(entries: readonly KeyEntry[]): ReadonlyMap<string, KnownKey> {
  return new Map(
    entries.map(({ client, sha256, expiresAt, uploadsPerDay = null }) => [
      sha256,
      {
        digest: Buffer.from(sha256, 'hex'),
        entitlement: {
          client: { name: `key:${client}`, uploadsPerDay },
          expiresAtMs: expiresAt?.getTime() ?? Infinity,
        },
      },
    ]),
  );
}
