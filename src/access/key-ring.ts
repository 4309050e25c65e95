import { createSecret } from '../common/secret.ts';
import type { AuthSession, ClientWebhook } from './access.ts';
import { hashOfKey } from './api-key.ts';
import { createAuthSession, type Entitlement } from './auth-session.ts';
import type { KeyEntry, KeyFile } from './key-file.ts';

/** The API keys that are valid now. */
export interface KeyRing {
  /** Returns the session of the holder of `key`, or null if the key is not valid. */
  admit(key: string): AuthSession | null;
  /** The same, for the hash of a key. */
  admitHash(hash: string): AuthSession | null;
  /** The webhooks of clients that have a key, by the names of the clients. */
  webhooks(): ReadonlyMap<string, ClientWebhook>;
  /** Replaces all keys. Sessions of removed keys end now; the others continue. */
  replace(file: KeyFile): void;
}

export function createKeyRing(file: KeyFile): KeyRing {
  let known = entitlements(file.keys);
  let webhooks = webhooksOf(file);
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

  function replace(replacing: KeyFile) {
    known = entitlements(replacing.keys);
    webhooks = webhooksOf(replacing);
    for (const listener of listeners) listener();
  }

  return {
    admit: (key) => admitHash(hashOfKey(key)),
    admitHash,
    webhooks: () => webhooks,
    replace,
  };
}

const nameOf = (client: string) => `key:${client}`;

/** What each key entitles to, by its hash. */
function entitlements(entries: readonly KeyEntry[]): ReadonlyMap<string, Entitlement> {
  return new Map(
    entries.map(({ client, sha256, expiresAt, uploadsPerDay = null }) => [
      sha256,
      {
        client: { name: nameOf(client), uploadsPerDay },
        expiresAtMs: expiresAt?.getTime() ?? Infinity,
      },
    ]),
  );
}

function webhooksOf({ keys, webhooks }: KeyFile): ReadonlyMap<string, ClientWebhook> {
  const clients = new Set(keys.map(({ client }) => client));
  const used = webhooks.filter(({ client }) => clients.has(client));
  return new Map(
    used.map(({ client, url, secrets }) => [
      nameOf(client),
      { url: new URL(url), secrets: secrets.map(createSecret) },
    ]),
  );
}
