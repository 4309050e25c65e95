import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { makeTemporaryDirectory } from './temporary-directory.ts';

/** The resources of the gateway's process. */
export interface Resources {
  /** Bytes in use after a garbage collection. */
  readonly heapBytes: number;
  /** The resources that keep its event loop busy, by kind: see `process.getActiveResourcesInfo`. */
  readonly resources: Readonly<Record<string, number>>;
  /** Open file descriptors, including sockets. */
  readonly descriptors: number;
}

export interface GatewayProcess extends AsyncDisposable {
  readonly url: string;
  readonly endpoint: string;
  readonly pid: number;
  measure(): Promise<Resources>;
  /**
   * Makes each of the next `turns` of its event loop take this long; all turns until `free` if it
   * is left out.
   */
  block(turnMs: number, turns?: number): void;
  free(): void;
  /** Stops it, and resolves with the exit code once it has ended by itself. */
  close(): Promise<number | null>;
  /** The lines on its standard error. */
  readonly errors: readonly string[];
}

const script = fileURLToPath(new URL('fault-gateway-script.ts', import.meta.url));
const measured = z.object({
  heapBytes: z.number(),
  resources: z.record(z.string(), z.number()),
});

/**
 * The gateway in its own process, so that its resources and event loop can be told from the test's.
 */
export async function startGatewayProcess(
  env: Readonly<Record<string, string>>,
): Promise<GatewayProcess> {
  const directory = await makeTemporaryDirectory();
  const child = fork(script, {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      POLL_INTERVAL_MS: '50',
      DRAIN_TIMEOUT_MS: '2000',
      ARCHIVE_URL: 'off',
      DATA_DIR: directory.path,
      ...env,
    },
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  const errors: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const exited = once(child, 'exit');
  const started = await Promise.race([once(child, 'message'), exited]);
  const parsed = z.object({ url: z.url() }).safeParse(started[0]);
  if (!parsed.success) throw new Error(`The gateway did not start: ${errors.join('')}`);
  const { url } = parsed.data;
  const pid = child.pid ?? Number.NaN;
  const tell = (message: object) => void (child.connected && child.send(message));

  return {
    url,
    endpoint: `${url}/graphql`,
    pid,
    errors,
    async measure() {
      const answer = once(child, 'message');
      tell({ type: 'measure' });
      const [message] = await answer;
      const descriptors = (await readdir(`/proc/${pid}/fd`)).length;
      return { ...measured.parse(message), descriptors };
    },
    block: (turnMs, turns) => tell({ type: 'block', turnMs, turns }),
    free: () => tell({ type: 'free' }),
    async close() {
      tell({ type: 'close' });
      await exited;
      return child.exitCode;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      await directory[Symbol.asyncDispose]();
    },
  };
}
