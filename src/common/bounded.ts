import { startDeadline } from './deadline.ts';

export interface Bounds {
  /** Each of them ends the work, with its own reason. */
  readonly signals: readonly (AbortSignal | undefined)[];
  /** The longest time for the work. A response that has arrived by then still counts. @default no limit */
  readonly timeoutMs?: number;
  /** Creates the error to throw when the time is up. */
  readonly timeoutError?: () => Error;
}

/**
 * Runs `work` within its bounds, and throws the reason of the first bound that ends it. `work` itself sees an
 * abort without that reason, so that no layer in it (a retry, a circuit breaker) mistakes an abandoned call
 * for an unreachable provider. The timer and the listeners are removed when it settles.
 */
export async function bounded<Result>(
  { signals, timeoutMs, timeoutError }: Bounds,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  for (const signal of signals) signal?.throwIfAborted();
  const inner = new AbortController();
  const verdict: { first?: { readonly reason: unknown } } = {};
  function end(reason: unknown) {
    verdict.first ??= { reason };
    inner.abort();
  }
  using cleanup = new DisposableStack();
  for (const signal of signals) {
    if (signal === undefined) continue;
    const follow = () => end(signal.reason);
    signal.addEventListener('abort', follow);
    cleanup.defer(() => signal.removeEventListener('abort', follow));
  }
  if (timeoutMs !== undefined) {
    cleanup.use(startDeadline(timeoutMs, () => end(timeoutError?.())));
  }
  try {
    return await work(inner.signal);
  } catch (error) {
    if (verdict.first !== undefined) throw verdict.first.reason ?? inner.signal.reason;
    throw error;
  }
}

/**
 * Settles with `promise`, or with the reason of `signal` if that aborts first. It is for work that cannot be
 * cancelled; what `promise` does later is ignored.
 */
export async function abortable<Result>(
  promise: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
