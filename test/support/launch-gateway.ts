import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface LaunchedGateway extends AsyncDisposable {
  readonly endpoint: string;
  /** npm's own process, which leads its own process group. */
  readonly npm: ChildProcess;
  /** The id of the process that npm runs: the gateway itself. */
  gatewayPid(): Promise<number>;
  /** The lines on its standard output so far. */
  readonly lines: readonly string[];
  /** Resolves with npm's exit code once it and the gateway have ended. */
  readonly exitCode: Promise<number | null>;
}

/**
 * Runs `npm start` as a user does, and resolves when it has printed its address. If `env` names no
 * DATA_DIR, it gets its own, which is deleted with it.
 */
export async function launchGateway(
  env: Readonly<Record<string, string>>,
): Promise<LaunchedGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'photo-gateway-'));
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'error', DATA_DIR: directory, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const lines: string[] = [];
  const output = createInterface({ input: npm.stdout });
  output.on('line', (line) => lines.push(line));
  // The pipe ends when the last process that could write into it has ended, including an orphan.
  const exitCode = Promise.all([once(npm, 'exit'), once(output, 'close')]).then(() => npm.exitCode);
  await once(output, 'line');
  const endpoint = /http:\/\/\S+\/graphql/.exec(lines[0] ?? '')?.[0];
  if (endpoint === undefined) throw new Error(`npm start printed: ${lines.join('\n')}`);
  return {
    endpoint,
    npm,
    lines,
    exitCode,
    async gatewayPid() {
      const children = await readFile(`/proc/${npm.pid}/task/${npm.pid}/children`, 'utf8');
      return Number(children.trim().split(' ')[0]);
    },
    async [Symbol.asyncDispose]() {
      if (npm.exitCode === null && npm.pid !== undefined) process.kill(-npm.pid, 'SIGKILL');
      await exitCode;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
