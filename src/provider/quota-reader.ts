import type { ProviderQuota } from './provider.ts';
import { createSharedCalls } from './shared-calls.ts';

export interface QuotaReader {
  /** The quota, requested now or at most `maxAgeMs` ago, and never before the last `forget`. */
  read(signal?: AbortSignal): Promise<ProviderQuota>;
  /** The quota, requested now by a call that is not shared. */
  readNow(signal: AbortSignal): Promise<ProviderQuota>;
  /** Call it when an upload has ended: the known quota, or one being requested, may be wrong. */
  forget(): void;
}

export interface QuotaReaderOptions {
  readonly load: (signal: AbortSignal) => Promise<ProviderQuota>;
  readonly maxAgeMs: number;
  /** The clock, in milliseconds since 1970. */
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
    // If an upload ended meanwhile, this quota may not include it.
    if (generation === startedIn) known = { quota, askedAtMs };
    return quota;
  }

  async function read(signal?: AbortSignal): Promise<ProviderQuota> {
    signal?.throwIfAborted();
    const ageMs = known === null ? Infinity : now() - known.askedAtMs;
    // A clock that was set back makes the age negative, and so meaningless.
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
