/** A signal, or a function that makes it: who never waits needs none, and one costs as much as a query. */
export type LazySignal = AbortSignal | (() => AbortSignal | undefined);

/** The signal itself. */
export function signalOf(signal: LazySignal | undefined): AbortSignal | undefined {
  return typeof signal === 'function' ? signal() : signal;
}
