import type { ProviderQuota } from './provider.ts';
import { createSharedCalls } from './shared-calls.ts';

export interface QuotaReader {
  /** The quota, asked for now or at most `maxAgeMs` ago, and never before the last `forget`. */
  read(signal?: AbortSignal): Promise<ProviderQuota>;
  /** The quota, asked for now and for this caller alone. */
  readNow(signal: AbortSignal): Promise<ProviderQuota>;
  /** To be called when an upload has ended: what was known, or is being asked for, may be wrong. */
  forget(): void;
}

export interface QuotaReaderOptions {
  readonly load: (signal: AbortSignal) => Promise<ProviderQuota>;
  readonly maxAgeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createQuotaReader({ load, maxAgeMs, now }: QuotaReaderOptions): QuotaReader {
  const calls = createSharedCalls<ProviderQuota>();
  let known: { readonly quota: ProviderQuota; readonly askedAtMs: number } | null = null;
  let generation = 0;

  async function loadAndKeep(signal: AbortSignal): Promise<ProviderQuota> {
    const askedAtMs = now();
    const startedIn = generation;
    const quota = await load(signal);
    // An upload that ended meanwhile is not in this figure.
    if (generation === startedIn) known = { quota, askedAtMs };
    return quota;
  }

  async function read(signal?: AbortSignal): Promise<ProviderQuota> {
    signal?.throwIfAborted();
    const ageMs = known === null ? Infinity : now() - known.askedAtMs;
    // A clock that was set back makes the age negative: it says nothing.
    if (known !== null && ageMs >= 0 && ageMs < maxAgeMs) return known.quota;
    return calls.run('quota', signal, loadAndKeep);
  }

  function forget() {
    generation += 1;
    known = null;
    calls.forget();
  }

  return { read, readNow: loadAndKeep, forget };
}
