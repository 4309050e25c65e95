import { EventEmitter, once } from 'node:events';
import type { Access } from '../../src/access/access.ts';
import { everybody } from '../../src/access/everybody.ts';
import { notAccepted } from '../../src/access/refusals.ts';

export interface ScriptedAccess extends Access {
  /** Watches that have begun and were not disposed of. */
  readonly watches: number;
  /** Resolves once there are this many watches. */
  untilWatches(count: number): Promise<void>;
  /** Ends every auth session, without notifying the watches. */
  revoke(): void;
}

/**
 * An authenticator that accepts everybody as `anna`, once `letIn` resolves, and reports what is
 * watched.
 */
export function createScriptedAccess(letIn: Promise<void> = Promise.resolve()): ScriptedAccess {
  const changes = new EventEmitter();
  const watches = new Set<object>();
  let revoked = false;

  const session = {
    holder: null,
    client() {
      if (revoked) throw notAccepted();
      return { name: 'anna', uploadsPerDay: null };
    },
    onEnd() {
      function dispose() {
        watches.delete(watch);
        changes.emit('change');
      }
      const watch = { [Symbol.dispose]: dispose };
      watches.add(watch);
      changes.emit('change');
      return watch;
    },
  };

  return {
    ...everybody,
    async admit() {
      await letIn;
      return session;
    },
    get watches() {
      return watches.size;
    },
    async untilWatches(count) {
      for (; watches.size !== count;) await once(changes, 'change');
    },
    revoke: () => void (revoked = true),
  };
}
