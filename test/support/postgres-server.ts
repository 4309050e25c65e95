import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.ts';

/** A PostgreSQL server on loopback with data of its own. Disposing of it deletes the data. */
export interface PostgresServer extends AsyncDisposable {
  /** The address of a database of this server. It stays the same over a restart. */
  urlOf(database: string): string;
  /**
   * Stops the server. `fast` ends sessions and transactions properly, as an operator does.
   * `immediate` ends it at once, like a crash: it recovers at its next start.
   */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
}

/**
 * Runs the server for as long as the test process lives, however that ends: then the pipe from it
 * closes, and the server ends with its data. A signal's name on the pipe stops the server alone.
 */
const SUPERVISOR = `
  directory=$1; shift
  "$@" & server=$!
  read -r signal || signal=
  kill -"\${signal:-QUIT}" $server 2>/dev/null
  wait $server
  [ -n "$signal" ] || rm -rf "$directory"`;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '32MB',
  // The machine does not lose its power here, and a stopped server has given all to the system.
  fsync: 'off',
  jit: 'off',
  max_wal_senders: '0',
  wal_level: 'minimal',
};

/** Makes and starts a server, which takes about a second. `settings` are its own beside the above. */
export async function startPostgresServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'photo-postgres-'));
  const binaries = await findPostgres(directory);
  await initialise(binaries, join(directory, 'data'));
  const port = await freePort();
  let running: ChildProcess | null = null;

  async function start() {
    running ??= await run(binaries, directory, port, settings);
  }

  async function end(command: string) {
    const ending = running;
    if (ending === null) return;
    running = null;
    // A process with nothing else to do waits for it.
    ending.ref();
    const ended = once(ending, 'exit');
    ending.stdin?.end(command);
    await ended;
  }

  async function dispose() {
    // Only a running supervisor deletes the data.
    await start();
    await end('');
  }

  await start();
  return {
    urlOf: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    stop: (how) => end(how === 'fast' ? 'INT\n' : 'QUIT\n'),
    start,
    [Symbol.asyncDispose]: dispose,
  };
}

async function initialise({ initdb, user }: PostgresBinaries, data: string) {
  await mkdir(data, { mode: 0o700 });
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(join(data, '..'), user.uid, user.gid);
    await chown(data, user.uid, user.gid);
  }
  const given = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C'];
  const flags = [`--pgdata=${data}`, ...given, '--no-sync', '--no-instructions'];
  await promisify(execFile)(initdb, flags, user);
}

async function run(
  { postgres, user }: PostgresBinaries,
  directory: string,
  port: number,
  settings: Readonly<Record<string, string>>,
) {
  const all = Object.entries({ ...SETTINGS, ...settings });
  const flags = all.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [postgres, '-D', join(directory, 'data'), '-p', `${port}`, ...flags];
  const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', directory, ...command], {
    ...user,
    cwd: directory,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  await ready(child);
  // None of them keeps the test process from ending.
  child.unref();
  for (const pipe of [child.stdin, child.stderr]) if (pipe instanceof Socket) pipe.unref();
  return child;
}

async function ready(child: ReturnType<typeof spawn>) {
  let output = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < 10_000) output += text;
    if (output.includes('is ready to accept connections')) resolve();
    if (output.includes('database system is shut down')) reject(new Error(output));
  });
  child.on('error', reject);
  await promise;
}
