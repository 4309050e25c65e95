import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** It is killed when it is disposed of. */
export interface BadServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * The deliberately bad server, in its own process. `fragile`: a malformed form ends it;
 * `secretive`: it hides its schema.
 */
export async function startBadServer({
  fragile = false,
  secretive = false,
} = {}): Promise<BadServer> {
  const child = spawn(process.execPath, [pathOf('./audit-bad-server.ts')], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      ...(fragile && { FRAGILE: '1' }),
      ...(secretive && { SECRETIVE: '1' }),
    },
  });
  const exited = once(child, 'exit');
  const url = String(await once(createInterface(child.stdout), 'line'));
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Runs the audit as `npm run audit` does. */
export async function runCommand(args: readonly string[]) {
  const child = spawn(process.execPath, [pathOf('../../packages/audit/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { exitCode: child.exitCode, stdout, stderr };
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
