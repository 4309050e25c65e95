import { signal, type ReadonlySignal } from '@preact/signals';
import type { Failure } from '../gateway/failure.ts';
import { waitToRetry } from '../gateway/wait-to-retry.ts';
import type { Connection } from './studio.ts';

/** Tracks whether the gateway can be reached, from the results of all calls. */
export interface Reachability {
  readonly connection: ReadonlySignal<Connection>;
  /**
   * Reports the result of a call: success (null), or a failure, which may show that the gateway is
   * unreachable, or requires an access key.
   */
  observe(failure: Failure | null): void;
  /** Reports that the gateway is unreachable. It is probed until it responds. */
  lost(): void;
  /** Reports that there is an access key that is not known to be wrong. */
  signedIn(): void;
  close(): void;
}

/**
 * @param probe - Calls the gateway, and reports the result here. It is called repeatedly while the
 * gateway is unreachable, less and less often.
 */
export function createReachability(probe: () => Promise<void>): Reachability {
  const connection = signal<Connection>('connected');
  const closing = new AbortController();
  let probing = false;

  async function probeUntilFound() {
    if (probing) return;
    probing = true;
    try {
      for (let failures = 0; connection.value === 'reconnecting'; failures += 1) {
        await waitToRetry(failures, closing.signal);
        await probe();
      }
    } catch {
      // The page is closed.
    } finally {
      probing = false;
    }
  }

  function lost() {
    if (connection.value !== 'connected') return;
    connection.value = 'reconnecting';
    void probeUntilFound();
  }

  function observe(failure: Failure | null) {
    if (failure?.code === 'UNAUTHENTICATED') connection.value = 'signed-out';
    else if (failure?.code === 'OFFLINE') lost();
    else if (connection.value === 'reconnecting') connection.value = 'connected';
  }

  return {
    connection,
    observe,
    lost,
    signedIn() {
      connection.value = 'connected';
    },
    close: () => closing.abort(),
  };
}
