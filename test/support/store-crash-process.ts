import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('store-crash-script.ts', import.meta.url));

/** A process that uses the store of a directory until it is killed; see `store-crash-script.ts`. */
export interface StoreUser {
  /**
   * Resolves with the next line that it prints, or null once it has ended and all lines are read.
   */
  nextLine(): Promise<string | null>;
  /** Ends it as a power failure would, and resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a process whose first upload has the number `firstNumber`. */
export function useStore(directory: string, firstNumber = 0): StoreUser {
  const user = spawn(process.execPath, [script, directory, `${firstNumber}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(user, 'close');
  const lines = createInterface({ input: user.stdout })[Symbol.asyncIterator]();
  return {
    async nextLine() {
      const { done, value } = await lines.next();
      return done === true ? null : value;
    },
    async kill() {
      user.kill('SIGKILL');
      await closed;
    },
  };
}
