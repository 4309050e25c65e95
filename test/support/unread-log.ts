import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, createReadStream, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { makeTemporaryDirectory } from './temporary-directory.ts';

/** The kind of standard error. Node's own pipes between processes are sockets. */
export type LogEnd = 'pipe' | 'socket' | 'file';

export interface UnreadGateway extends AsyncDisposable {
  readonly endpoint: string;
  readonly process: ChildProcess;
  /** Reads standard error from its beginning to its end, which is that of the process. */
  readLog(): Promise<string>;
  /** Closes the reading end, as a reader that dies does. */
  leaveLog(): void;
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const hooks = new URL('unread-log-hooks.ts', import.meta.url).href;

/** A gateway in its own process, whose standard error nobody reads until `readLog` is called. */
export async function spawnUnread(
  kind: LogEnd,
  env: Readonly<Record<string, string>> = {},
): Promise<UnreadGateway> {
  const directory = await makeTemporaryDirectory();
  const { stdio, openReader } = standardError(kind, directory.path);
  const child = spawn(process.execPath, ['--import', hooks, main], {
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: directory.path, ...env },
    stdio: ['ignore', 'pipe', stdio],
  });
  if (typeof stdio === 'number') closeSync(stdio);
  const exited = once(child, 'exit');
  const reader = openReader(child);
  const [said] = await once(createInterface({ input: outputOf(child.stdout) }), 'line');
  return {
    endpoint: /http:\S+\/graphql/.exec(String(said))?.[0] ?? '',
    process: child,
    readLog: () => text(reader()),
    leaveLog: () => void reader().destroy(),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      reader().destroy();
      await directory[Symbol.asyncDispose]();
    },
  };
}

function standardError(kind: LogEnd, directory: string) {
  if (kind === 'socket') {
    return {
      stdio: 'pipe' as const,
      openReader: (child: ChildProcess) => () => outputOf(child.stderr),
    };
  }
  const path = join(directory, 'standard-error');
  if (kind === 'file') {
    return {
      stdio: openSync(path, 'w'),
      openReader: () => () => createReadStream(path),
    };
  }
  execFileSync('mkfifo', [path]);
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const reader = new Socket({ fd: readEnd, readable: true, writable: false });
  return { stdio: openSync(path, 'w'), openReader: () => () => reader };
}

function outputOf(stream: Readable | null): Readable {
  if (stream === null) throw new Error('The process has no such stream');
  return stream;
}
