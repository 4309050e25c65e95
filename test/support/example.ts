import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The examples that a reader runs, by their files in `examples`. */
export const EXAMPLES = ['apollo.ts', 'urql.ts', 'fetch.ts', 'curl.sh'] as const;

export interface ExampleOptions {
  readonly name: (typeof EXAMPLES)[number];
  readonly endpoint: string;
  readonly idempotencyKey: string;
  readonly picture: string;
  /** The path at which it saves the restored picture. */
  readonly output: string;
}

/** A running example, started as a reader starts it. It is killed when it is disposed of. */
export interface RunningExample extends AsyncDisposable {
  /** Its next line on standard output; undefined once it has ended. */
  nextLine(): Promise<string | undefined>;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly said: string }>;
}

/** Starts an example in its own process. `said` is its standard error. */
export function startExample(options: ExampleOptions): RunningExample {
  const { name, endpoint, idempotencyKey, picture, output } = options;
  const file = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const command = name.endsWith('.sh') ? 'sh' : process.execPath;
  const child = spawn(command, [file, picture, output], {
    env: {
      PATH: process.env['PATH'],
      GRAPHQL_ENDPOINT: endpoint,
      IDEMPOTENCY_KEY: idempotencyKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const exited = once(child, 'exit');
  const said = text(child.stderr);
  return {
    nextLine: async () => (await lines.next()).value,
    ended: exited.then(async () => ({ exitCode: child.exitCode, said: await said })),
    async [Symbol.asyncDispose]() {
      // Kills the process group, so that a shell leaves no curl behind.
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await exited;
    },
  };
}
