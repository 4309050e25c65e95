import { signal, type ReadonlySignal } from '@preact/signals';
import type { Failure } from '../gateway/failure.ts';
import { waitToRetry } from '../gateway/wait-to-retry.ts';
import type { Connection } from './studio.ts';

/** Whether the gateway can be reached, as whatever is asked of it shows. */
export interface Reach {
  readonly connection: ReadonlySignal<Connection>;
  /**
   * Something was asked of the gateway, and went well (null) or failed: which may show that it is out of
   * reach, or wants an access key.
   */
  observe(failure: Failure | null): void;
  /** It cannot be reached; it is asked until it can. */
  lost(): void;
  /** There is an access key, which is not known to be wrong. */
  signedIn(): void;
  close(): void;
}

/**
 * @param probe - Asks the gateway for something, and tells this what came of it. It is called again and
 * again while the gateway is out of reach, less and less often.
 */
export function createReach(probe: () => Promise<void>): Reach {
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
