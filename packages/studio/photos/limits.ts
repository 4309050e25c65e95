import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { DEFAULT_LIMITS, type FileLimits } from '../files/judge-file.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Reachability } from './reachability.ts';

/** The files that the gateway accepts. */
export interface Limits {
  readonly current: ReadonlySignal<FileLimits>;
  close(): void;
}

/** Asks for the limits once the gateway can be reached. */
export function learnLimits(
  gateway: Pick<Gateway, 'limits'>,
  reachability: Pick<Reachability, 'connection'>,
): Limits {
  const current = signal(DEFAULT_LIMITS);

  async function learn() {
    try {
      const { maxFileSize, formats } = await gateway.limits();
      current.value = { maxBytes: maxFileSize, formats };
    } catch {
      // Asked again when the gateway is back, or has a key. Until then it checks the files itself.
    }
  }

  const close = effect(() => {
    if (reachability.connection.value === 'connected' && current.peek().formats === null) {
      void learn();
    }
  });
  return { current, close };
}
