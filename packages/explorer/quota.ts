import * as z from 'zod/mini';
import { createStore, type StoreApi } from 'zustand';
import { readAnswer } from './answer.ts';
import { holdCredential } from './headers.ts';
import { requestInit } from './request.ts';

/** What is left to spend, as `quota` returns it. */
export interface KnownQuota {
  readonly accountCode: string;
  readonly remaining: number;
  /** The principal's own allowance; null if there is no limit. */
  readonly allowance: Allowance | null;
}

export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** RFC 3339. */
  readonly resetsAt: string;
}

export interface Refusal {
  /** Null if the response did not come from the gateway. */
  readonly code: string | null;
  readonly message: string;
  /** Whether a key or token was sent. */
  readonly credential: boolean;
}

export interface QuotaState {
  readonly asking: boolean;
  /**
   * The last response. It stays while the next one is loading, so that nothing flickers. Null
   * before the first.
   */
  readonly answer: { readonly quota: KnownQuota } | { readonly refusal: Refusal } | null;
}

export interface Quota {
  readonly store: StoreApi<QuotaState>;
  /**
   * Requests the quota with these headers, and cancels an earlier request. Resolves once the state
   * has the response.
   */
  ask(headers: Headers): Promise<void>;
}

export interface QuotaOptions {
  /** The GraphQL endpoint. */
  readonly url: string;
  /** A document that may run even if only trusted documents are allowed. */
  readonly query: string;
  /** Longest wait for a response, in milliseconds. @default 20_000 */
  readonly timeoutMs?: number;
}

const answer = z.object({
  data: z.object({
    quota: z.object({
      accountCode: z.string(),
      remaining: z.int(),
      allowance: z.nullable(
        z.object({ limit: z.int(), remaining: z.int(), resetsAt: z.iso.datetime() }),
      ),
    }),
  }),
});
const failed = z.object({
  errors: z.array(
    z.object({
      message: z.string(),
      extensions: z.optional(z.object({ code: z.optional(z.string()) })),
    }),
  ),
});

/** Keeps the number of uploads left that the page shows. */
export function createQuota({ url, query, timeoutMs = 20_000 }: QuotaOptions): Quota {
  const store = createStore<QuotaState>(() => ({ asking: false, answer: null }));
  let latest = new AbortController();

  async function load(headers: Headers, signal: AbortSignal): Promise<QuotaState['answer']> {
    const init = requestInit({ query, variables: {} }, new Map(), headers);
    const result = await readAnswer(await fetch(url, { ...init, signal }));
    const parsed = answer.safeParse(result);
    if (parsed.success) return { quota: parsed.data.data.quota };
    const [error] = failed.safeParse(result).data?.errors ?? [];
    const code = error?.extensions?.code ?? 'UNKNOWN';
    return refusal(headers, code, error?.message ?? 'This is not a response of the gateway.');
  }

  async function ask(headers: Headers): Promise<void> {
    latest.abort();
    const asking = new AbortController();
    latest = asking;
    store.setState({ asking: true });
    try {
      const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(timeoutMs)]);
      const told = await load(headers, signal);
      if (latest === asking) store.setState({ asking: false, answer: told });
    } catch {
      const told = refusal(headers, null, 'The gateway does not answer. Is it running?');
      if (latest === asking) store.setState({ asking: false, answer: told });
    }
  }

  return { store, ask };
}

function refusal(headers: Headers, code: string | null, message: string) {
  return { refusal: { code, message, credential: holdCredential(headers) } };
}
