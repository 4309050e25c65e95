import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface SpawnedGateway {
  readonly endpoint: string;
  readonly pid: number;
  /** Stops all its threads where they are. */
  pause(): void;
  /** Lets them go on. */
  resume(): void;
  /** Ends the process as a power failure does, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop, and resolves with its exit code. */
  stop(): Promise<number | null>;
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/**
 * The gateway in its own process, which the test ends. Resolves when it has printed its address.
 */
export async function spawnGateway(env: Readonly<Record<string, string>>): Promise<SpawnedGateway> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'fatal', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const line = String(await Promise.race([once(createInterface(child.stdout), 'line'), exited]));
  const endpoint = /http:\S+\/graphql/.exec(line)?.[0];
  if (endpoint === undefined) throw new Error(`The gateway did not start: ${line}`);
  return {
    endpoint,
    pid: child.pid ?? Number.NaN,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
  };
}
