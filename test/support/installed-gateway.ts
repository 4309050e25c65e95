import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

export interface InstalledGatewayOptions {
  /** The Node that it runs on. */
  readonly node: string;
  /** What Node is given. */
  readonly args: readonly string[];
  /** Where it is installed. */
  readonly directory: string;
  readonly user: User;
  readonly env: Readonly<Record<string, string>>;
}

/** Who runs a process; empty for the user of the tests. */
export interface User {
  readonly uid?: number;
  readonly gid?: number;
}

const NOBODY = 65_534;

/** A user who owns nothing, if the tests may change users; else the user of the tests. */
export const otherUser: User = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

export interface InstalledGateway extends AsyncDisposable {
  readonly endpoint: string;
  /** Asks it to stop, and resolves when it has ended. */
  stop(): Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
}

/** Starts a production installation as its users do. Resolves when it has printed its address. */
export async function startInstalledGateway({
  node,
  args,
  directory,
  user,
  env,
}: InstalledGatewayOptions): Promise<InstalledGateway> {
  const child = spawn(node, args, {
    ...user,
    cwd: directory,
    env: { PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const stderr = text(child.stderr);
  const line = String(await Promise.race([once(createInterface(child.stdout), 'line'), exited]));
  const endpoint = /http:\S+\/graphql/.exec(line)?.[0];
  if (endpoint === undefined) throw new Error(`The gateway did not start: ${await stderr}`);
  return {
    endpoint,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      return { exitCode: child.exitCode, stderr: await stderr };
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
